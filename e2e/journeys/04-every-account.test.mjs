// Every account of the demo has its own pages: those of its rail answer, and say nothing on the console.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("every account has its pages", async (at) => {
  const seen = new Set();
  for (const [login, { role }] of Object.entries(at.accounts)) {
    const visitor = await at.as(login);
    assert.equal(await visitor.page.locator("h1").count(), 1, `${login} at ${visitor.path}: one h1`);
    const links = await visitor.page.locator(".yz-rail a[data-key], .yz-tabbar a, .yz-m-tabs a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    const pages = new Set(links.filter((h) => h.startsWith("/")));
    assert.ok(pages.size > 1, `${login}: ${[...pages]}`);
    // The first account of a role reads the pages; of the others it is asked whether they answer.
    const kind = role.replace(/^.*?·|（.*?）/g, "");
    const first = !seen.has(kind);
    seen.add(kind);
    for (const href of pages) {
      const status = first ? await visitor.open(href) : (await visitor.page.request.get(at.url + href)).status();
      assert.equal(status, 200, `${login}: ${href}`);
      if (["/tasks", "/me"].includes(href) && ["zuzhi", "pingfen", "cunganbu"].includes(login)) {
        await visitor.look(`${href.slice(1)}-${login}`);
      }
    }
    await visitor.page.context().close();
  }
});
