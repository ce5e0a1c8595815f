// J10, J11, H10, C3: what follows from results: proposals explained, the person heard, decisions by name, elected seats guarded,
// the rectification register, the tally, documents.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("J10 J11 H10 C3 what follows from a round", async (j) => {
  const office = await j.as("zuzhi");
  await office.open("/rounds");
  const last = await office.page.locator("tbody a", { hasText: "2025年度" }).first().getAttribute("href");
  await office.open(`${last}/proposals`);
  assert.match(await office.text(), /按办法逐条/);
  await office.look("proposals");

  // A removal is proposed for a party post alone, and only after the person was heard.
  await office.open(`${last}/proposals?action=propose_removal`);
  const removal = await office.page.locator("main a[href^='/proposals/']").first().getAttribute("href");
  await office.open(removal);
  assert.match(await office.text(), /用到的数/);
  assert.match(await office.text(), /第三十条/);
  await office.look("proposal");
  const hear = office.page.locator("form[action$='/acts/hear']");
  if (!(await hear.isVisible())) await office.page.locator("summary", { hasText: "记下听取意见的情况" }).click();
  await hear.locator("[name=by]").fill("何例乙");
  await hear.locator("[name=text]").fill("本人认可结果，说明了班子的困难");
  assert.equal(await office.leave(() => hear.locator("button").click()), 200);
  assert.match(await office.text(), /本人认可结果/);

  // What the law or the measures bar is listed with its reason, and cannot be decided.
  await office.open(`${last}/proposals?stage=void`);
  const barred = await office.page.locator("main a[href^='/proposals/']").first().getAttribute("href");
  await office.open(barred);
  assert.equal(await office.page.locator("form[action$='/acts/decide']").count(), 0);
  await office.look("proposal-barred");

  // A grade-4 village enters the one register by a decision.
  await office.open(`${last}/proposals?action=rectify`);
  const rectify = await office.page.locator("main a[href^='/proposals/']").first().getAttribute("href");
  await office.open(rectify);
  const decide = office.page.locator("form[action$='/acts/decide']");
  await decide.locator("input[name=verdict]").first().check();
  await decide.locator("[name=meeting]").fill("县委常委会第 3 次会议");
  await decide.locator("[name=reason]").fill("列入整顿，期限一年");
  assert.equal(await office.leave(() => decide.locator("button").last().click()), 200);
  assert.match(await office.text(), /撤回决定/, "it is decided, and may be taken back today");
  await office.open("/rectification");
  assert.ok((await office.page.locator("tbody tr").count()) > 0, "the village stands in the register");
  await office.look("rectification");

  // The tally, and documents that open elsewhere.
  await office.open("/tally");
  await office.look("tally");
  await office.open(`${last}/documents`);
  await office.look("round-documents");
  const file = office.page.locator("main a[href$='ranking.xlsx']").first();
  const [saved] = await Promise.all([office.page.waitForEvent("download"), file.click()]);
  assert.match(saved.suggestedFilename(), /\.xlsx$/);
  const pdf = office.page.locator("main a[href$='.pdf']").first();
  const [paper] = await Promise.all([office.page.waitForEvent("download"), pdf.click()]);
  assert.match(paper.suggestedFilename(), /\.pdf$/);

  // A township sees what concerns its own, and decides nothing of the county's.
  const town = await j.as("zhen2");
  assert.equal(await town.open("/rewards"), 200);
  const status = await town.open(rectify);
  assert.ok(status === 404 || (await town.page.locator("form[action$='/acts/decide']").count()) === 0);
});
