// The gallery of components, in development only: wide, on a phone, large, in English, printed.
import assert from "node:assert/strict";
import { DESK, PHONE, journey } from "./lib.mjs";

journey("the gallery of components", {}, async (at) => {
  const builder = await at.visitor();
  for (const [name, query] of [["kit", ""], ["kit-large", "?large=1"], ["kit-en", "?lang=en"], ["kit-en-large", "?lang=en&large=1"]]) {
    assert.equal(await builder.open(`/kit${query}`), 200);
    await builder.lookAt(DESK, name);
    await builder.lookAt(PHONE, `${name}-phone`);
    await builder.fitsNarrow(name);
    if (query.includes("en")) await builder.saysChinese(name);
    await builder.resize(DESK);
  }

  // Its dialog, and what paper shows of it.
  await builder.open("/kit");
  await builder.page.locator("[data-dialog=remove]").click();
  assert.ok(await builder.page.locator("dialog#remove").isVisible());
  await builder.accessible("kit-dialog");
  await builder.shot("kit-dialog", { whole: false });
  await builder.page.keyboard.press("Escape");
  await builder.page.emulateMedia({ media: "print" });
  await builder.shot("kit-print");
  for (const frame of ["header.yz-top", "nav.yz-rail", "nav.yz-tabbar"]) {
    assert.ok(!(await builder.page.locator(frame).isVisible()), `${frame} is not printed`);
  }
  await builder.page.emulateMedia({ media: null });
  assert.ok((await builder.print("kit")) <= 5);
});

journey("no gallery for those who serve", { data: "new" }, async (at) => {
  const someone = await at.visitor();
  assert.equal(await someone.open("/kit"), 404);
});
