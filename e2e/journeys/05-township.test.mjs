// The formation of a township of 42 villages, tiles with names; seen by the county and by its own office, on a phone.
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

onBoth("the formation of 42 villages", async (at) => {
  const clerk = await at.as("zuzhi02");
  await clerk.open("/");
  await clerk.leave(() => clerk.page.locator(".yz-flock h3 a").first().click());
  const tiles = clerk.page.locator(".yz-flock .yz-tile");
  assert.equal(await tiles.count(), 42);
  assert.ok((await tiles.first().innerText()).trim().length > 0, "tiles carry the villages' names");
  const here = clerk.path;
  assert.match(here, /by=risk/);
  for (const by of ["risk", "grade", "missing"]) {
    const path = here.replace(/by=\w+/, `by=${by}`);
    const bytes = await clerk.weight(path);
    assert.ok(bytes < 100_000, `${by}: ${bytes} bytes of HTML`);
    await clerk.look(`township-${by}`);
  }
  await clerk.open(`${here}&view=table`);
  assert.equal(await clerk.page.locator("tbody tr").count(), 42);
  await clerk.open(here);
  const sheets = await clerk.print("township");
  assert.ok(sheets <= 2, `${sheets} sheets of paper`);

  const town = await at.as("zhen02", { size: PHONE });
  assert.equal(await town.page.locator(".yz-flock .yz-tile").count(), 42, "the township's own office sees the same");
  await town.page.locator(".yz-tabbar a", { hasText: "栏目" }).click();
  assert.ok(await town.page.locator("nav#nav").isVisible(), "the rail opens on a phone");
  await town.accessible("rail-phone");
  await town.shot("rail-phone", { whole: false });
});
