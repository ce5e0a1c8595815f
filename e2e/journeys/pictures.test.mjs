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
});
