// The oldest browser of county machines, Chromium 109: signing in, the formation, a village, facts from a table, the
// gallery. `cargo xtask journeys --old-browser` runs it.
import assert from "node:assert/strict";
import { DESK, PHONE, journey } from "./lib.mjs";

/** The frame stands as it should: the rail beside the page, or the bar under it; script and style are in force. */
async function stands(visitor, name) {
  const found = await visitor.page.evaluate(() => {
    const box = (selector) => {
      const e = document.querySelector(selector);
      const { left, right, top, bottom, width, height } = e?.getBoundingClientRect() ?? {};
      return { shown: Boolean(e && width > 0 && height > 0), left, right, top, bottom, width, height };
    };
    const [head, rail, main, bar] = ["header.yz-top", "nav.yz-rail", "main", "nav.yz-tabbar"].map(box);
    const out = [];
    const wide = innerWidth > 1_000;
    if (head.top !== 0 || head.height < 30 || head.height > 120) out.push(`head from ${head.top}, ${head.height} high`);
    if (rail.shown !== wide) out.push(`rail shown: ${rail.shown}`);
    if (bar.shown !== !wide) out.push(`bar shown: ${bar.shown}`);
    if (wide && (rail.left !== 0 || rail.right > main.left)) out.push(`rail to ${rail.right}, page from ${main.left}`);
    if (!wide && Math.abs(bar.bottom - innerHeight) > 1) out.push(`bar to ${bar.bottom} of ${innerHeight}`);
    if (main.width < innerWidth * 0.8) out.push(`page ${main.width} of ${innerWidth} wide`);
    if (getComputedStyle(document.body).backgroundColor === "rgba(0, 0, 0, 0)") out.push("no ground colour");
    // Sheets do not lie on each other.
    const sheets = [...document.querySelectorAll("main .yz-sheet")].map((e) => e.getBoundingClientRect());
    for (const [i, a] of sheets.entries()) {
      for (const b of sheets.slice(i + 1)) {
        const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
        const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
        if (across > 1 && down > 1) out.push(`sheets lie on each other at ${Math.round(b.top)}`);
      }
    }
    return out;
  });
  visitor.fault(`${name} stands`, found);
}

async function look(visitor, name, { frame = true } = {}) {
  for (const [size, of] of [[DESK, name], [PHONE, `${name}-phone`]]) {
    await visitor.lookAt(size, `old-${of}`);
    if (frame) await stands(visitor, of);
  }
  await visitor.fitsNarrow(name);
  await visitor.shot(`old-${name}-narrow`);
  await visitor.resize(DESK);
}

journey("the oldest browser", {}, async (at) => {
  assert.match(at.browser.version(), /^109\./);
  const clerk = await at.visitor();
  await clerk.open("/login");
  await look(clerk, "login", { frame: false });
  await clerk.signIn("zuzhi", at.password("zuzhi"));

  // Tiles of a township stand in rows, each of one size, and answer to the arrow keys.
  await look(clerk, "home");
  const rows = await clerk.page.locator(".yz-flock ol").first().evaluate((list) => {
    const boxes = [...list.querySelectorAll(".yz-tile")].map((e) => e.getBoundingClientRect());
    return { tops: new Set(boxes.map((b) => Math.round(b.top))).size, widths: new Set(boxes.map((b) => Math.round(b.width))).size, all: boxes.length };
  });
  assert.ok(rows.tops < rows.all / 2, `${rows.all} tiles in ${rows.tops} rows`);
  assert.equal(rows.widths, 1, "tiles of one size");
  const tiles = clerk.page.locator(".yz-flock .yz-tile");
  await tiles.first().focus();
  await clerk.page.keyboard.press("ArrowRight");
  assert.equal(await clerk.page.evaluate(() => document.activeElement.getAttribute("href")), await tiles.nth(1).getAttribute("href"));
  await clerk.page.keyboard.press("?");
  assert.ok(await clerk.page.locator("dialog#help").isVisible());
  await clerk.page.keyboard.press("Escape");
  await clerk.speak("en");
  await look(clerk, "home-en");
  await clerk.speak("zh");

  const village = await clerk.firstVillage(".yz-tile.is-prop");
  assert.equal(await clerk.enterFact("secretary_age", "47", "干部花名册第 3 页"), 200);
  assert.match(await clerk.text("#fact-secretary_age"), /47/);
  await look(clerk, "village");
  await clerk.open(`${village}/why`);
  await look(clerk, "why");
  assert.ok((await clerk.print("old-why")) <= 2);

  const label = await clerk.open(village).then(() => clerk.text("#fact-secretary_age th"));
  await clerk.open("/facts/import");
  await look(clerk, "import");
  const buffer = Buffer.from(`代码,${label}\n${village.split("/").pop()},四十多\n`);
  await clerk.page.setInputFiles("[name=file]", { name: "摸底.csv", mimeType: "text/csv", buffer });
  await clerk.fill({ source: "九月入户摸底表" });
  assert.equal(await clerk.press("核对"), 200);
  assert.equal(await clerk.page.locator("#faults tbody tr").count(), 1);
  await look(clerk, "import-faults");

  for (const [name, query] of [["kit", ""], ["kit-en", "?lang=en"], ["kit-large", "?large=1"]]) {
    assert.equal(await clerk.open(`/kit${query}`), 200);
    await look(clerk, name);
  }
  await clerk.page.locator("[data-dialog=remove]").click();
  assert.ok(await clerk.page.locator("dialog#remove").isVisible());

  // A page with a stream of events is left in silence.
  const system = await at.as("xitong");
  assert.equal(system.path, "/system");
  await look(system, "system");
  assert.equal(await system.open("/account"), 200);
});
