// The pictures of the README, all of invented places: `cargo xtask journeys pictures` takes them anew.
import assert from "node:assert/strict";
import { join } from "node:path";
import { journey } from "./lib.mjs";

const FOLDER = process.env.YANZHEN_PICTURES ?? "";

journey("pictures", {}, async (at) => {
  const take = async (visitor, name) => {
    await visitor.page.evaluate(() => document.fonts.ready.then(() => null));
    await visitor.page.screenshot({ path: join(FOLDER, `${name}.png`), caret: "initial" });
  };
  const town = await at.as("zuzhi02", { scale: 0.75 });
  await town.leave(() => town.page.locator(".yz-flock h3 a").first().click());
  assert.equal(await town.page.locator(".yz-tile").count(), 42);
  await take(town, "town");

  const county = await at.as("zuzhi", { scale: 0.75 });
  await take(county, "formation");
  const village = await county.firstVillage(".yz-tile.is-o:not(.is-prop)");
  await take(county, "village");
  await county.open(`${village}/why`);
  await take(county, "why");

  await county.open("/people?view=reserves");
  await county.leave(() => county.page.locator("tbody th a").first().click());
  await take(county, "person");
  await county.open(`${village}/posts`);
  await county.press("起草任职备案", ".yz-head");
  await county.press("开始起草");
  // The secretary, then an elected seat, which no filing takes away.
  const holds = county.page.locator("#leave [name=holding] option");
  for (const sign of ["党", "选"]) {
    const hold = await holds.filter({ hasText: sign }).first().getAttribute("value");
    await county.fill({ holding: hold, way: "removed", reason: "本人因病书面请求，已谈话", basis: "《办法》第十二条" }, "#leave");
    await county.press("写入离任", "#leave");
  }
  await take(county, "filing");
});
