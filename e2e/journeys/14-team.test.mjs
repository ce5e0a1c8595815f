// Average age down, education up: now against the last term and the target, for village, township and county; every
// figure adds up from what unfolds (mechanism W5).
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

/** A quotient to one decimal, half up. */
const tenths = (sum, n) => ((Math.floor((sum * 20 + n) / (2 * n))) / 10).toFixed(1);

onBoth("age down, education up", async (at) => {
  /** What a page's figure says. */
  const figure = async (visitor, label) => {
    const text = await visitor.page.locator(".yz-fig", { hasText: label }).first().locator("dd b").innerText();
    return text.trim();
  };
  /** The sums of the columns that unfold, and that the page's figures come of them. */
  const adds = async (visitor, name) => {
    await visitor.page.locator("summary", { hasText: "这些数怎么算" }).click();
    const rows = await visitor.page.locator("#sums tbody tr").evaluateAll((all) => {
      return all.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.innerText)));
    });
    const [years, aged, educated, schooled, before, then] = rows.reduce((sums, row) => sums.map((n, i) => n + row[i]), [0, 0, 0, 0, 0, 0]);
    assert.ok(aged > 0 && then > 0, `${name}: persons now and then`);
    assert.equal(await figure(visitor, "平均年龄"), tenths(years, aged), `${name}: the average age`);
    assert.equal(await figure(visitor, "学历达标"), tenths(educated * 100, schooled), `${name}: the share of the educated`);
    const said = await visitor.text("#how-counted");
    assert.ok(said.includes(`${tenths(before, then)} = ${before} ÷ ${then}`), `${name}: the last term in ${said.slice(0, 400)}`);
    const trend = visitor.page.locator("#trend > .yz-wrap tbody tr");
    assert.equal(await trend.count(), rows.length);
    for (const [i, row] of rows.entries()) {
      const age = await trend.nth(i).locator("td").nth(1).innerText();
      assert.ok(row[1] === 0 || age.startsWith(tenths(row[0], row[1])), `${name}: row ${i + 1}, ${age}`);
    }
    return rows.length;
  };

  const county = await at.as("zuzhi");
  await county.open("/posts");
  const townships = await adds(county, "county");
  assert.ok(townships > 5);
  assert.match(await county.text("#goals"), /平均年龄[\s\S]*目标 ≤ [\d.]+ 岁，(没有)?达到[\s\S]*学历达标[\s\S]*目标 ≥ [\d.]+%/);
  await county.look("teams");
  await county.leave(() => county.page.locator("#trend > .yz-wrap tbody th a").first().click());
  assert.match(county.path, /township=/);
  const villages = await adds(county, "township");
  assert.ok(villages > 2);
  await county.look("teams-township");
  const told = await county.text(".yz-figs");

  // The township's own office sees its own, the same figures, and not its neighbour's.
  const town = await at.as("zhen");
  await town.open("/posts");
  await adds(town, "the township's own");
  const neighbour = await at.as("zhen2");
  const own = county.path.match(/township=(\d+)/)[1];
  assert.equal(await neighbour.open(`/posts?township=${own}`), 404);
  await town.open(`/posts?township=${own}`);
  assert.equal(await town.text(".yz-figs"), told);

  // A village: each one who is counted.
  const first = town.page.locator("#trend > .yz-wrap tbody tr").first();
  const [people, age] = await first.locator("td").allInnerTexts();
  await town.leave(() => first.locator("th a").click());
  await town.page.locator("#how summary").click();
  const counted = await town.page.locator("#how-counted > div").first().locator("tbody tr").evaluateAll((all) => {
    return all.map((row) => [...row.querySelectorAll("td")].map((cell) => cell.innerText.trim()));
  });
  assert.equal(counted.length, Number(people));
  const ages = counted.map(([age]) => Number(age));
  assert.equal(await figure(town, "平均年龄"), tenths(ages.reduce((a, b) => a + b, 0), ages.length));
  assert.ok(age.startsWith(await figure(town, "平均年龄")), "the same in the township's table");
  const reaching = counted.filter(([, , mark]) => mark === "✓").length;
  assert.equal(await figure(town, "学历达标"), tenths(reaching * 100, counted.length));
  assert.match(await town.text(".yz-figs"), /比上届(升|降) [\d.]+ 岁|与上届持平/);
  await town.look("team-counted");
  // The team as it stood on another day.
  await town.fill({ on: "2025-06-01" }, "form.yz-row");
  assert.equal(await town.press("看", ".yz-acts form"), 200);
  assert.match(await town.text(".yz-head"), /看的是这一天：\s*2025年6月1日/);
  assert.equal(await town.page.locator("#begin").count(), 0, "the past is not edited");
  await town.look("team-then", { english: false });
  const table = await town.download("班子一览表", ".yz-head");
  assert.equal(table.bytes.subarray(0, 2).toString(), "PK");
});
