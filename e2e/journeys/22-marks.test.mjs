// J8, G8: a unit fills in its mark sheet: keyboard, bounds, pasting, a lost line, two editors, a second pair of eyes.
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

/** Opens the first sheet of a rater at its first township. */
async function sheetOf(rater) {
  await rater.open("/sheets");
  const link = rater.page.locator("main a[href^='/sheets/']").first();
  assert.equal(await rater.leave(() => link.click()), 200);
  return rater.path.split("?")[0];
}

/** The first cells of a column: their ids, top down. */
async function cells(rater, column) {
  return rater.page.locator(`input[id^="c-"][id$="-${column}"]`).evaluateAll((all) => all.map((e) => e.id));
}

const at = (rater, id) => rater.page.locator(`[id="${id}"]`);

/** Waits until nothing is on its way. */
async function saved(rater) {
  // What was typed is sent after a moment.
  await rater.page.waitForTimeout(800);
  await rater.page.locator("#mk-state", { hasText: "已存" }).and(rater.page.locator(":not(:has-text('保存中'))")).waitFor();
}

const number = async (rater, id) => Number(await at(rater, id).inputValue());

async function paste(rater, text) {
  await rater.page.evaluate((t) => {
    const event = new ClipboardEvent("paste", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
    event.clipboardData.setData("text/plain", t);
    document.activeElement.dispatchEvent(event);
  }, text);
  await rater.page.locator("#mk-paste").waitFor();
  return rater.page.locator("#mk-paste-t").innerText();
}

onBoth("J8 G8 a unit's mark sheet", async (j) => {
  const rater = await j.as("jijian");
  assert.ok(rater.path.startsWith("/sheets"), `raters land on their sheets, not at ${rater.path}`);
  await rater.look("sheets");
  const sheet = await sheetOf(rater);
  assert.match(await rater.text("h1"), /./);
  const [first, second, third, fourth] = await cells(rater, "C2");
  assert.ok(fourth, "four villages at least");
  await rater.look("marks");

  // Keyboard: down the column; out of bounds is told at once and stays in the cell.
  await at(rater, first).click();
  await rater.page.keyboard.press("Control+a");
  await rater.page.keyboard.type("2.5");
  await rater.page.keyboard.press("Enter");
  assert.equal(await rater.page.evaluate(() => document.activeElement.id), second, "enter goes down");
  await rater.page.keyboard.press("Control+d");
  await saved(rater);
  assert.equal(await number(rater, second), 2.5, "as above");
  await at(rater, third).fill("9");
  await at(rater, third).press("Enter");
  await rater.page.locator("#mk-faults", { hasText: "请填 0 至 3.00 之间" }).waitFor();
  await at(rater, third).click();
  await rater.page.keyboard.press("Escape");

  // A block from a workbook: shown before it is written, and taken back.
  await at(rater, first).click();
  const before = await number(rater, first);
  assert.match(await paste(rater, "1.1\n1.2\n"), /将填 2 格/);
  await rater.page.locator("#mk-paste [data-yes]").click();
  await saved(rater);
  assert.equal(await number(rater, second), 1.2);
  await rater.page.locator("#mk-paste [data-yes]").click();
  await saved(rater);
  assert.equal(await number(rater, first), before, "taken back");

  // A lost line: what was typed stays on the machine and goes out when the line is back.
  await rater.page.context().setOffline(true);
  await at(rater, fourth).fill("1.9");
  await at(rater, fourth).press("Enter");
  await rater.page.locator("#mk-state", { hasText: "还在本机" }).waitFor();
  await rater.page.context().setOffline(false);
  await rater.open(rater.path);
  // The page that was opened sends what the closed one could not.
  await rater.page.waitForTimeout(1_500);
  await rater.open(rater.path);
  assert.equal(await number(rater, fourth), 1.9, "nothing was lost");

  // Two editors of one cell: both values are shown, the reader chooses.
  const other = await j.as("jijian2");
  await other.open(rater.path);
  await at(other, third).fill("0.7");
  await at(other, third).press("Enter");
  await saved(other);
  await at(rater, third).fill("0.9");
  await at(rater, third).press("Enter");
  await rater.page.locator("#mk-faults li").first().waitFor();
  assert.match(await rater.text("#mk-faults"), /0\.70/);
  await rater.page.locator("#mk-faults li button").first().click();
  await saved(rater);

  // The second pair of eyes: who entered does not confirm.
  await other.open(`${sheet}/check`);
  assert.match(await other.text(), /确认/);
  await other.look("marks-check");

  // What is left stands on the button; other units see nothing of it.
  await rater.open(`${sheet}/submit`);
  assert.match(await rater.text(), /差|没有确认|还缺/);
  const stranger = await j.as("pingfen");
  assert.equal(await stranger.open(sheet), 404);
  const phone = await j.as("jijian", { size: PHONE });
  await phone.open(sheet);
  await phone.fits("marks on a phone");
});
