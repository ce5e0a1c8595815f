// Whereabouts and employment kept current: who was not asked for too long is found, asked, noted (mechanism H1).
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("whereabouts kept current", async (at) => {
  const town = await at.as("zhen");
  const due = async () => {
    await town.open("/people?view=untold");
    const [, n] = (await town.text(".yz-head p")).match(/([\d,]+) 人；/);
    return Number(n.replace(",", ""));
  };
  const before = await due();
  assert.ok(before > 1, `${before} persons are due`);
  assert.ok((await town.page.locator("tbody tr .yz-missing").count()) > 1, "each says what is missing");
  await town.look("people-untold");
  const person = town.page.locator("tbody th a").first();
  const name = await person.innerText();
  await town.leave(() => person.click());
  const file = town.path;
  assert.match(await town.text("#told"), /缺·(超过|没有问过)/);
  await town.page.locator("#told summary", { hasText: "记一次核实" }).click();
  await town.look("person-told", { english: false });
  await town.fill({ place: "外出务工（苏州）", employment: "电子厂班长", intention: "愿回村任职", how: "电话" }, "#told form");
  assert.equal(await town.press("记下", "#told form"), 200);
  assert.equal(await town.page.locator("#told .yz-missing").count(), 0, "nothing is missing now");
  assert.match(await town.text("#told"), /外出务工（苏州）[\s\S]*电子厂班长[\s\S]*愿回村任职/);
  const history = town.page.locator("#told summary", { hasText: "历次核实" });
  await history.click();
  assert.match(await town.text("#told"), /历次核实 \d+ 次[\s\S]*电话/);
  await town.look("person-asked", { english: false });

  assert.equal(await due(), before - 1, "one less is due");
  assert.equal(await town.page.locator("tbody th a", { hasText: name }).and(town.page.locator(`[href="${file}"]`)).count(), 0);
  const county = await at.as("zuzhi");
  await county.open(`${file}?part=history`);
  assert.match(await county.text(".yz-changes"), /外出务工（苏州） 电子厂班长 愿回村任职 电话/);
  assert.match(await county.text(".yz-changes"), /去向记录/);
});
