// A year's work: routine records (G8), inspections of a person and of a village (H2, H9), and the duty cycle from set to
// rated (C2): the township's office, the county's office, and the cadre on a phone.
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

onBoth("a year's work: G8, H2, H9, C2", async (at) => {
  const cadre = await at.as("cunganbu", { size: PHONE });
  const name = await cadre.text("h1");
  const town = await at.as("zhen");
  const county = await at.as("zuzhi");

  // Set: the township writes the duty, the cadre signs for it.
  await town.open(`/people?q=${encodeURIComponent(name)}`);
  await town.leave(() => town.page.locator("tbody th a", { hasText: name }).first().click());
  const file = town.path;
  const person = file.split("/").pop();
  await town.open(`${file}?part=posts`);
  await town.leave(() => town.page.locator("main tbody td a[href$='/posts']").first().click());
  const village = town.path.replace(/\/posts$/, "");
  const row = town.page.locator("#party tbody tr", { hasText: name }).filter({ hasText: "村党组织书记" }).first();
  await row.locator("summary", { hasText: "办理" }).click();
  await row.locator("[name=text]").fill("抓党建\n管三资");
  assert.equal(await town.leave(() => row.locator("form[action$='/duty'] button").click()), 200);
  await cadre.open("/me");
  assert.equal(await cadre.press("我看过了，签收"), 200);

  // Do: a record of a fact, found by village and person, with everything wrong told at once.
  await town.open("/records");
  await town.look("records");
  assert.equal(await town.press("记一条"), 200);
  await town.fill({ village: village.split("/").pop() });
  assert.equal(await town.press("下一步"), 200);
  await town.look("record-choose", { english: false });
  assert.equal(await town.press(name), 200);
  await town.look("record-form");
  // The browser asks for what is required; the server does so too.
  await town.page.locator("main form").first().evaluate((form) => (form.noValidate = true));
  await town.fill({ day: "2999-01-01" });
  assert.equal(await town.press("记下"), 422);
  assert.match(await town.text(".yz-faults"), /有 3 处要改/);
  await town.look("record-form-faults", { english: false });
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  await town.fill({ kind: "task_late", day, text: "水渠清淤晚了8天" });
  assert.equal(await town.press("记下"), 200);
  const record = town.path;
  await town.look("record");

  // The person reads it on a phone and says why; the office reads that.
  await cadre.open("/me");
  assert.equal(await cadre.press("看我的履职记录"), 200);
  await cadre.look("me-records");
  const own = cadre.page.locator("li", { hasText: "水渠清淤晚了8天" }).first();
  await own.locator("summary").click();
  await own.locator("textarea").fill("那几天在防汛值守");
  assert.equal(await cadre.leave(() => own.locator("form button").click()), 200);
  assert.match(await cadre.text("main"), /那几天在防汛值守/);
  await town.open(record);
  assert.match(await town.text("main"), /那几天在防汛值守/);

  // A correction voids the record with a reason: both stay, one counts.
  assert.equal(await town.press("更正这一条"), 200);
  await town.fill({ text: "水渠清淤晚了2天", reason: "天数记错了" });
  assert.equal(await town.press("记下"), 200);
  await town.open(record);
  assert.match(await town.text("main"), /已作废[\s\S]*天数记错了/);
  await town.open(`/records?q=${encodeURIComponent("水渠清淤")}&person=${person}`);
  assert.equal(await town.page.locator("tbody tr").count(), 1);
  const neighbour = await at.as("zhen2");
  for (const path of [record, `/people/${person}/duty`, `${village}/duty`]) {
    assert.equal(await neighbour.open(path), 404, `${path} is hidden`);
  }

  // H2: an inspection of the person, by dimensions; not signed before it says who, where and what.
  await town.open(`/people/${person}/duty`);
  await town.look("duty-person");
  assert.equal(await town.press("做一次考察"), 200);
  await town.fill({ method: "home_visit" });
  assert.equal(await town.press("写情况"), 200);
  assert.equal(await town.press("名义签字"), 422);
  assert.match(await town.text(".yz-faults"), /谁参加[\s\S]*在哪里[\s\S]*综合情况[\s\S]*至少写一个维度/);
  await town.look("inspection-faults", { english: false });
  await town.fill({
    place: "三组村民家中", attended: "镇党建办例甲、例乙", asked: "12", summary: "作风扎实，公开要抓紧",
    "t-qin": "12户中11户说常见到本人", "l-qin": "好", "t-lian": "三资台账清楚", "l-lian": "较好", "p-lian": "公开栏更新慢",
  });
  await town.look("inspection-draft");
  assert.equal(await town.press("名义签字"), 200);
  await town.look("inspection");
  await town.open(`/people/${person}/duty`);
  assert.match(await town.text("#matrix"), /入户家访[\s\S]*12户中11户说常见到本人/);
  await town.look("duty-matrix");

  // H9: four diagnoses of the village.
  await town.open(`${village}/duty`);
  assert.equal(await town.press("做一次四诊"), 200);
  assert.equal(await town.press("写情况"), 200);
  await town.fill({ place: "村部、二组茶园", attended: "镇党委班子例甲", asked: "30", summary: "发展有起色，人手不足" });
  const aspects = { look: "茶园新增80亩", listen: "30户多数满意", ask: "书记想建加工点" };
  for (const [id, text] of Object.entries(aspects)) await town.fill({ [`t-${id}`]: text, [`l-${id}`]: "较好" });
  assert.equal(await town.press("名义签字"), 422, "not without the fourth");
  assert.match(await town.text(".yz-faults"), /切·把脉象/);
  await town.fill({ "t-feel": "班子强，缺年轻人", "l-feel": "较好", "p-feel": "后备不足" });
  assert.equal(await town.press("名义签字"), 200);
  await town.open(`${village}/duty`);
  assert.match(await town.text("#diagnoses"), /班子强，缺年轻人/);
  assert.match(await town.text("#problems"), /后备不足/);
  await town.look("duty-village");
  await county.open("/inspections");
  await county.look("inspections");

  // Report: the county asks, the cadre writes on a phone; what is written is kept as it goes.
  await county.open("/reports?year=all");
  await county.look("reports");
  await county.press("布置述职", "#open");
  assert.match(await county.text("main"), /给 \d+ 人布置了述职/);
  await cadre.open("/me");
  assert.equal(await cadre.press("年述职报告"), 200);
  assert.match(await cadre.text("main"), /抓党建[\s\S]*管三资[\s\S]*存在的问题/);
  const answer = (n) => cadre.page.locator(`[name=a${n}]`);
  await answer(0).fill("发展党员2名");
  const saved = cadre.page.waitForResponse((r) => r.url().endsWith("/save"));
  await answer(1).focus();
  assert.equal((await saved).status(), 200);
  await cadre.page.locator("#saved", { hasText: "已存" }).waitFor();
  await cadre.look("me-report");
  assert.equal(await cadre.press("提交述职"), 422);
  assert.match(await cadre.text(".yz-faults"), /管三资：这一项还没有写/);
  await cadre.look("me-report-faults", { english: false });
  const texts = ["发展党员2名", "清理合同31份", "学习不够", "没有违纪", "修机耕路3公里"];
  for (const [n, text] of texts.entries()) await answer(n).fill(text);
  assert.equal(await cadre.press("提交述职"), 200);
  assert.match(await cadre.text("main"), /已提交/);

  // Examine: sent back with a reason, handed in again, accepted.
  await town.open("/tasks");
  assert.match(await town.text("tbody"), /审核述职 \d+ 份/);
  await town.leave(() => town.page.locator("tbody a", { hasText: "审核述职" }).click());
  await town.leave(() => town.page.locator("tbody th a", { hasText: name }).first().click());
  const report = town.path;
  await town.look("report-examine");
  await town.fill({ comment: "问题写得太空，写两件具体的" });
  assert.equal(await town.press("退回本人修改"), 200);
  await cadre.open("/me/report");
  assert.match(await cadre.text("main"), /退回修改[\s\S]*问题写得太空/);
  await answer(2).fill("两次例会没有开，公开栏更新慢");
  assert.equal(await cadre.press("提交述职"), 200);
  await town.open(report);
  await town.fill({ comment: "与平时记录一致" });
  assert.equal(await town.press("审核通过"), 200);

  // Rate: the county notes what the meeting decided; the lowest word wants a reason.
  await county.open(report);
  const form = "#rate form";
  await county.page.locator(`${form} [value=poor]`).check();
  await county.fill({ meeting: "县委书记抓党建述职评议会", present: "县委组织部和各镇代表25人", minutes: "逐人评议，现场测评" }, form);
  assert.equal(await county.press("名义记下评定"), 422);
  assert.match(await county.text("#rate"), /评这个等次要写明理由/);
  await county.look("report-rate", { english: false });
  await county.page.locator(`${form} [value=good]`).check();
  assert.equal(await county.press("名义记下评定"), 200);
  await county.look("report-rated");
  await cadre.open("/me/report");
  assert.match(await cadre.text("main"), /评职结果：好[\s\S]*逐人评议/);
  await cadre.look("me-report-rated", { english: false });

  // The whole cycle stands on the file: set, do, report, examine, rate.
  await county.open(file);
  assert.equal(await county.page.locator("#duty .yz-steps li.is-done").count(), 5);
  await county.look("person-duty");
  await county.open(village);
  await county.look("village-duty");
  await cadre.open("/me/file?part=looked");
  assert.match(await cadre.text("main"), /查看履职记录/);
});
