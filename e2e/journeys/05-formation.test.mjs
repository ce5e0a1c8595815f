// The formation of a county: by risk, grade and missing facts; as a table; by keyboard; printed.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("the formation of a county", async (at) => {
  const clerk = await at.as("zuzhi");
  const tiles = clerk.page.locator(".yz-flock .yz-tile");
  const all = await tiles.count();
  assert.equal(all, 293);
  assert.equal(await clerk.page.locator(".yz-flock").count(), 17);
  assert.ok((await clerk.page.locator(".yz-tile.is-prop").count()) > 0, "proposals are dashed");
  for (const by of ["risk", "grade", "missing"]) {
    const bytes = await clerk.weight(`/?by=${by}`);
    assert.ok(bytes < 100_000, `${by}: ${bytes} bytes of HTML`);
    assert.equal(await tiles.count(), all);
    await clerk.look(`home-${by}`);
    await clerk.open(`/?by=${by}&view=table`);
    assert.equal(await clerk.page.locator("tbody tr").count(), all, "the table has the same villages");
  }
  await clerk.open("/?view=table");
  await clerk.look("home-table");

  // By keyboard alone.
  await clerk.open("/");
  await clerk.page.keyboard.press("/");
  assert.equal(await clerk.page.evaluate(() => document.activeElement.id), "find");
  await clerk.page.keyboard.press("Escape");
  assert.notEqual(await clerk.page.evaluate(() => document.activeElement.id), "find");
  const focused = () => clerk.page.evaluate(() => document.activeElement.getAttribute("href"));
  await tiles.first().focus();
  const start = await focused();
  await clerk.page.keyboard.press("ArrowRight");
  const right = await focused();
  assert.notEqual(right, start);
  await clerk.page.keyboard.press("ArrowLeft");
  assert.equal(await focused(), start, "there and back");
  await clerk.page.keyboard.press("ArrowDown");
  const down = await focused();
  assert.notEqual(down, start);
  await clerk.leave(() => clerk.page.keyboard.press("Enter"));
  assert.equal(clerk.path, down);
  await clerk.open("/");
  await clerk.page.keyboard.press("?");
  assert.ok(await clerk.page.locator("dialog#help").isVisible());
  await clerk.accessible("help");
  await clerk.shot("help", { whole: false });
  await clerk.page.keyboard.press("Escape");
  await clerk.page.keyboard.press("g");
  await clerk.leave(() => clerk.page.keyboard.press("c"));
  assert.equal(clerk.path, "/villages");
  await clerk.look("villages");

  await clerk.open("/");
  await clerk.press("大字", "header .yz-switch");
  assert.ok(await clerk.page.locator("html.yz-large").isVisible());
  await clerk.look("home-large", { english: false });
  await clerk.press("大字", "header .yz-switch");

  const sheets = await clerk.print("home");
  assert.ok(sheets <= 3, `${sheets} sheets of paper`);
});
