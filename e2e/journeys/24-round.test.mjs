// J8, J9, J10, J11: a township's own round from draft to results by several accounts: office, units, the person concerned.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

/** The address of a round by its title. */
async function roundOf(reader, title) {
  await reader.open("/rounds");
  return reader.page.locator("tbody a", { hasText: title }).first().getAttribute("href");
}

onBoth("J8 J9 a round's board, results and why", async (j) => {
  const office = await j.as("zuzhi");
  await office.open("/rounds");
  await office.look("rounds");
  const now = await roundOf(office, "2026年度");
  await office.open(now);
  assert.match(await office.text(), /评分进度/);
  assert.match(await office.text(), /等次预排/);
  await office.look("round-board");
  assert.equal(await office.page.locator(".yz-mx tbody tr").count(), 10, "nine units, and the townships in one row");

  // Locking over sheets that were not submitted wants a reason; publishing wants nothing missing.
  assert.equal(await office.press("锁定评分", "#f-act"), 422);
  assert.match(await office.text(".yz-faults"), /张评分表没有提交/);
  await office.page.fill("#r-lock", "期限已到，未交的按缺项逐处说明");
  assert.equal(await office.press("锁定评分", "#f-act"), 200);
  await office.open(`${now}/missing`);
  await office.look("round-missing");
  const gaps = await office.page.locator("tbody input[name=cells]").count();
  assert.ok(gaps > 0, "the demo's round lacks cells");
  await office.page.locator("tbody input[name=cells]").first().check();
  await office.page.locator("input[name=rule][value=skip]").check();
  await office.page.fill("textarea[name=reason]", "当年没有这项统计");
  assert.equal(await office.press("说明所选的缺项"), 200);
  assert.match(await office.text(), /已说明 1 处/);
  assert.equal(await office.press("撤回"), 200);

  // Last year's results, and why.
  const last = await roundOf(office, "2025年度");
  await office.open(`${last}/results`);
  assert.equal(await office.page.locator("tbody tr").count(), 293);
  await office.look("round-results");
  const why = await office.page.locator("a.yz-why").nth(170).getAttribute("href");
  await office.open(why);
  assert.match(await office.text("h1"), /为什么是/);
  await office.page.locator(".yz-tree summary:visible").nth(3).click();
  await office.look("round-why");
  assert.ok((await office.print("round-why")) >= 1);
  const { name, bytes } = await (async () => {
    await office.open(`${last}/results`);
    return office.download("导出");
  })();
  assert.match(name, /results\.csv$/);
  assert.equal(bytes.toString("utf8").trim().split("\n").length, 294);

  // A township sees its own villages of a published round, and nothing of the running one.
  const town = await j.as("zhen");
  await town.open(now);
  assert.doesNotMatch(await town.text(), /等次预排/);
  assert.equal(await town.open(`${now}/results`), 404);
  await town.open(`${last}/results`);
  const own = await town.page.locator("tbody tr").count();
  assert.ok(own > 0 && own < 40, `${own} villages`);
  assert.equal(await town.open(`${now}/missing`), 404);

  // The person concerned: the own result, down to the figure.
  const cadre = await j.as("cunganbu");
  await cadre.open("/me/results");
  await cadre.look("own-results");
  assert.equal(await cadre.leave(() => cadre.page.locator("main a[href^='/me/results/']").first().click()), 200);
  assert.match(await cadre.text(), /逐层依据/);
  assert.match(await cadre.text(), /现在不在申诉期内/);
  await cadre.look("own-result");
  assert.equal(await cadre.open("/me/results/1?code=990101101200"), 404);
});

onBoth("J8 a round is begun, published and appealed against", async (j) => {
  const town = await j.as("zhen");
  await town.open("/rounds/new");
  await town.look("round-new");
  await town.page.locator("input[name=pack]").first().check();
  await town.fill({ title: "2026年度镇考核", year: "26", marks_due: "2026-12-20" });
  assert.equal(await town.press("建好草稿"), 422);
  assert.match(await town.text(".yz-faults"), /年度写成四位数字/);
  assert.equal(await town.page.inputValue("[name=title]"), "2026年度镇考核", "what was typed stays");
  await town.fill({ year: "2026" });
  assert.equal(await town.press("建好草稿"), 200);
  const round = town.path;
  assert.equal(await town.press("开始评分", "#f-act"), 200);
  await town.page.fill("#r-lock", "试行");
  assert.equal(await town.press("锁定评分", "#f-act"), 200);
  await town.open(`${round}/missing`);
  for (;;) {
    const boxes = town.page.locator("tbody input[name=cells]");
    if ((await boxes.count()) === 0) break;
    await boxes.evaluateAll((all) => all.forEach((box) => { box.checked = true; }));
    await town.page.locator("input[name=rule][value=skip]").check();
    await town.page.fill("textarea[name=reason]", "试行的一轮，没有打的分不计");
    assert.equal(await town.press("说明所选的缺项"), 200);
  }
  await town.open(round);
  assert.equal(await town.press("拟定等次", "#f-act"), 200);
  assert.equal(await town.press("确认并公示", "#f-act"), 422, "a meeting and a name are wanted");
  await town.fill({ meeting: "镇党委会第 9 次会议", meeting_on: "2026-11-20", decided_by: "何例甲" });
  assert.equal(await town.press("确认并公示", "#f-act"), 200);
  assert.match(await town.text(), /公示/);
  await town.open(`${round}/results`);
  const why = await town.page.locator("a.yz-why").first().getAttribute("href");
  await town.open(why);
  assert.equal(await town.press("提出申诉"), 200);
  await town.page.selectOption("[name=indicator]", { index: 1 });
  await town.fill({ text: "党组织班子实配职数应为 5 人，见任职台账" });
  assert.equal(await town.press("提交申诉"), 200);
  const appeal = town.path;
  assert.match(await town.text(), /待答复/);

  // Who rated does not answer; the county does. All is computed anew, both versions stay.
  const office = await j.as("zuzhi");
  await office.open("/tasks");
  assert.match(await office.text(), /答复考核申诉/);
  await office.open(appeal);
  await office.look("appeal");
  await office.page.selectOption("form[action$='/uphold'] [name=column]", { label: await office.page.locator("form[action$='/uphold'] option", { hasText: "实配职数" }).first().innerText() });
  await office.page.fill("form[action$='/uphold'] [name=value]", "1");
  await office.page.fill("form[action$='/uphold'] [name=text]", "经核对任职台账，更正");
  assert.equal(await office.press("成立，更正并答复"), 200);
  assert.match(await office.text(), /成立，已更正/);
  await office.open(`${round}/results`);
  assert.match(await office.text(), /第 2 版/);
  assert.match(await office.text(), /比上一版/);
  await office.look("results-versions");
  await office.open(round);
  assert.equal(await office.page.locator("#f-act button[disabled]", { hasText: "结束公示" }).count(), 1, "the notice runs");
});
