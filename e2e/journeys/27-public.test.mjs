// Somebody with a phone and without an account: reads a notice, applies in four steps with a mistake mended, takes the receipt,
// looks up, corrects and withdraws; somebody else recommends a neighbour and objects to a public notice (mechanisms W6, G1, J1).
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PHONE, journey } from "./lib.mjs";

/** The key pair of GB/T 32918.5-2017, A.2: its secret is printed in the standard, so nothing real is ever sealed to it. */
const KEY =
  "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020" +
  "ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";

const SENT = { name: "汪例辰", identity: "990000199603120029", phone: "139 0000 0001" };

/** A day from today in the county, as published. */
function day(offset) {
  const at = new Date(Date.now() + 8 * 3_600_000 + offset * 86_400_000);
  return at.toISOString().slice(0, 10);
}

/** What a county has published, as it would. */
function site() {
  const told = (title, basis = "") => ({ title, basis });
  const place = (code, township, village, post, seats) => ({ code, township, village, post, seats });
  const [year, month, date] = day(9).split("-");
  return {
    version: 1, county: "例川区", demo: true, key: KEY, published_at: Date.now(),
    campaigns: [{
      id: "reserve-2026", title: "2026年乡镇村级后备力量报名", kind: "乡镇自主招录", organiser: "例川区委组织部",
      opens_at: `${day(-9)}T08:00`, closes_at: `${day(9)}T17:30`,
      conditions: [told("18—40 岁", "退役军人可到 45 岁"), told("大专及以上，或高中学历且有 2 年村务经历"), told("户籍、居住地或籍贯在例川区")],
      benefits: [told("报酬不低于村“两委”副职", "办法第十七条，按月发"), told("集中培训 10 期、跟班 2 个月"), told("空缺时按次序优先递补")],
      calendar: [told("截止", `${Number(year)}年${Number(month)}月${Number(date)}日 17:30`), told("资格审查、县级联审", "截止后 10 日内"), told("笔试 40%，面试 60%", "审查后一周")],
      materials: [told("毕业证", "原件，审查时看"), told("退役证", "退役军人带")],
      bars: [told("受过刑事处罚的", "办法第五条第一项"), told("被列为失信被执行人的", "办法第五条第九项")],
      declares: [{ id: "true", title: "以上所填都属实" }, { id: "bars", title: "没有负面清单所列情形" }],
      sources: [{ id: "veteran", title: "退役军人" }, { id: "graduate", title: "返乡高校毕业生" }, { id: "trader", title: "务工经商人员" }, { id: "other", title: "其他" }],
      places: [place("990101100", "例山镇", "", "书记后备", 6), place("990101100201", "例山镇", "例溪村", "乡村振兴专干", 1), place("990101201", "例水乡", "", "书记后备", 4)],
      routes: ["self", "member", "resident", "secretary"],
      privacy: [
        told("收什么", "姓名、证件号、手机、学历、经历。家里人只在任前核回避时才问。"),
        told("给谁看", "镇组织办、区委组织部。联审单位只看 6 项，答“有无情形”。"),
        told("谁来定", "系统只算分排序，录不录由人决定，您可以要求说明、申请复核。"),
      ],
      consent: "我看过了，同意为这次报名使用以上信息", keep_months: 6, help: "区委组织部 0990-0000001，工作日 8:30—17:30",
    }],
    notices: [{
      id: "n1", title: "2025年度拟录用人员公示", text: "经资格审查、县级联审、笔试和面试，拟录用下列人员，现予公示。",
      posted_on: day(-1), until: day(4), help: "也可以打 0990-0000002",
      people: [{ name: "何例甲", sex: "男", born: "1996年3月", education: "大学本科", post: "书记后备", place: "例山镇" }],
    }],
  };
}

function publish(folder) {
  mkdirSync(join(folder, "published", "status"), { recursive: true });
  writeFileSync(join(folder, "published", "site.json"), JSON.stringify(site()));
}

journey("w6 the public's pages on a phone", { data: "public", fill: publish }, async (at) => {
  const who = await at.visitor({ size: PHONE });
  const inbox = () => readdirSync(join(at.data, "inbox"));
  const press = (words) => who.press(words, "body");
  const choose = (name, value) => who.page.locator(`[name=${name}][value="${value}"]`).check({ force: true });

  assert.equal(await who.open("/"), 200);
  await who.look("public-home");
  assert.equal(await press("2026年乡镇村级后备力量报名"), 200);
  assert.match(await who.text(), /还剩 9 天/);
  await who.look("public-notice");
  assert.equal((await who.page.context().cookies()).length, 0, "no cookie");

  // Four steps, a mistake in each but the last mended.
  assert.equal(await press("我要报名"), 200);
  await who.look("public-apply-1");
  await who.fill({ ...SENT, identity: "990000199603120021" });
  assert.equal(await press("下一步"), 422, "no consent, and a wrong digit");
  assert.match(await who.text(), /有 2 处要改/);
  assert.equal(await who.page.evaluate(() => document.activeElement.getAttribute("role")), "alert", "faults are read first");
  await who.look("public-apply-1-faults");
  await who.fill(SENT);
  await who.page.locator("#f-consent").check();
  assert.equal(await press("下一步"), 200);
  await choose("education", "20");
  await choose("full_time", "1");
  await who.fill({ school: "例川学院", graduated_on: `${Number(day(0).slice(0, 4)) + 1}年6月`, political: "13" });
  assert.equal(await press("下一步"), 422, "not graduated yet");
  await who.look("public-apply-2");
  await who.fill({ graduated_on: "2018年6月" });
  // Enter is the next step, not the first button of the header.
  assert.equal(await who.leave(() => who.page.locator("#f-school").press("Enter")), 200);
  assert.match(await who.text("header"), /第 3 步/);
  assert.equal(await press("上一步"), 200);
  assert.equal(await who.page.locator("#f-school").inputValue(), "例川学院", "a step back keeps everything");
  assert.equal(await press("下一步"), 200);
  await choose("source", "graduate");
  await who.fill({ place: "990101100", household: "例山镇例溪村" });
  for (const id of ["true", "bars"]) await choose("declares", id);
  await who.look("public-apply-3");
  assert.equal(await press("下一步"), 200);
  assert.match(await who.text(), /1996年3月12日/);
  await who.look("public-apply-4");
  assert.deepEqual(inbox(), [], "nothing is stored before it is sent");
  assert.equal(await press("交上"), 200);

  const [receipt, words] = await who.page.locator(".yz-code").allInnerTexts();
  assert.match(receipt, /^BM\d\d-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}$/);
  await who.look("public-receipt");
  assert.equal(inbox().length, 1);
  const sealed = readFileSync(join(at.data, "inbox", inbox()[0]));
  for (const told of [SENT.name, SENT.identity, receipt]) assert.ok(!sealed.includes(told), "the letter is sealed");
  const { bytes } = await who.download("存下来", "body");
  assert.ok(bytes.toString().includes(receipt) && bytes.toString().includes(words.replaceAll(" ", "")));

  // Looking up: a wrong word tells nothing, small letters and blanks are forgiven.
  await who.open("/status");
  await who.look("public-ask");
  await who.fill({ receipt, words: "山水00" });
  assert.equal(await press("查进度"), 404);
  await who.look("public-ask-wrong", { english: false });
  await who.fill({ receipt: receipt.toLowerCase().replaceAll("-", " "), words });
  assert.equal(await press("查进度"), 200);
  assert.match(await who.text(), /报名收到/);
  await who.look("public-status");

  assert.equal(await press("看和改我填的"), 200);
  await who.look("public-correct");
  await who.fill({ school: "例川大学" });
  assert.equal(await press("交上改好的"), 200);
  assert.match(await who.text(), /您改了填报的信息/);
  await who.page.locator("summary", { hasText: "看我填的" }).click();
  assert.match(await who.text(), /例川大学/);
  assert.equal(await press("要求说明或复核"), 200);
  await who.look("public-question");
  await who.fill({ text: "请说明什么时候知道结果" });
  assert.equal(await press("交上"), 200);
  assert.equal(inbox().length, 3);

  assert.equal(await press("撤回报名"), 200);
  await who.look("public-withdraw");
  assert.equal(await press("撤回我的报名"), 200);
  await who.look("public-withdrawn", { english: false });
  assert.equal(inbox().length, 1, "of all that only the withdrawal is left");
  await who.open("/status");
  await who.fill({ receipt, words });
  assert.equal(await press("查进度"), 404, "as if it had never been");
});

journey("g1 a neighbour is recommended, a notice objected to", { data: "public", fill: publish }, async (at) => {
  const who = await at.visitor({ size: PHONE });
  const press = (words) => who.press(words, "body");
  await who.open("/c/reserve-2026");
  assert.equal(await press("推荐别人"), 200);
  await who.look("public-recommend");
  assert.equal(await press("交上推荐"), 422);
  assert.match(await who.text(), /有 6 处要改/);
  await who.fill({ name: "汪例辰", village: "990101100201", reason: "办合作社，带着大家种茶", by_name: "何例甲", by_phone: "13900000002" });
  await who.page.locator('[name=by_kind][value="resident"]').check({ force: true });
  assert.equal(await press("交上推荐"), 200);
  assert.match((await who.page.locator(".yz-code").allInnerTexts())[0], /^TJ/);
  assert.equal(await press("查进度"), 200);
  assert.match(await who.text(), /推荐收到/);

  await who.open("/n/n1");
  await who.look("public-objection");
  await who.fill({ about: "何例甲", text: "2018 年没有毕业", name: "汪例辰", phone: "13900000003" });
  assert.equal(await press("交上"), 200);
  assert.equal(readdirSync(join(at.data, "inbox")).length, 2);

  // In English, in large type, to the end.
  await who.open("/?lang=en&large=1");
  assert.equal(await press("2026年"), 200);
  assert.equal(await press("Apply"), 200);
  assert.match(await who.text("header"), /Step 1 of 4/);
  assert.ok(await who.page.locator("html.yz-large").isVisible());
});
