// G2, G4, G5, C9, H1, J2: the pools: structure and seats, an entry proposed by a township and decided, an exit that is heard
// first, conversion by year of entry; by the county, two townships and the person concerned.
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

onBoth("G2 C9 J2 the pools of a county", async (j) => {
  const office = await j.as("zuzhi");
  await office.open("/pools");
  assert.match(await office.text(), /人在库/);
  assert.match(await office.text(), /书记后备/);
  await office.look("pools");
  const [, villages, gaps] = (await office.text("#bench")).match(/(\d+) 村中 (\d+) 村有缺口/).map(Number);
  assert.equal(villages, 293);
  assert.ok(gaps > 0, "the demo lacks reserves somewhere");
  const rows = await office.page.locator(".yz-bench tbody tr").count();
  assert.ok(rows > 0 && (await office.page.locator(".yz-bench td.is-gap").count()) >= rows, "each row lacks a seat");
  await office.open("/pools?show=all&pool=secretary_reserve");
  assert.match(await office.text("#bench"), /第 1—/);
  await office.open("/pools");
  const { name, bytes } = await office.download("导出");
  assert.match(name, /每村后备席.*\.xlsx$/);
  assert.equal(bytes.subarray(0, 2).toString(), "PK");

  // A township proposes somebody from its roll; who is found by a part of the name.
  const town = await j.as("zhen");
  await town.open("/people");
  const names = await town.page.locator("main tbody a[href^='/people/']").allInnerTexts();
  const person = names.map((n) => n.trim()).filter(Boolean)[5];
  assert.ok(person, "the township has people");
  await town.open("/pools/moves/new");
  await town.page.fill("main [name=q]", person);
  assert.equal(await town.press("找人"), 200);
  await town.look("pool-find");
  assert.equal(await town.leave(() => town.page.locator("main ul a", { hasText: person }).first().click()), 200);
  const pools = await town.page.locator("#f-pool option").evaluateAll((all) => all.map((o) => o.value).filter(Boolean));
  await town.fill({ pool: pools[0], ground: "recommended", reason: "　" });
  assert.equal(await town.press("提出", "main form.yz-sheet"), 422, "a blank is no reason");
  assert.match(await town.text(".yz-faults"), /请写明理由/);
  let move = "";
  for (const pool of pools) {
    await town.fill({ pool, ground: "recommended", reason: "村书记推荐，镇党委考察" });
    if ((await town.press("提出", "main form.yz-sheet")) === 200) {
      move = town.path;
      break;
    }
    assert.match(await town.text(".yz-faults"), /已经在这个库里/);
  }
  assert.ok(move, "somebody may enter some pool");
  await town.look("pool-move");
  await town.page.locator("[name=verdict][value=carried]").check();
  await town.fill({ by: "　", meeting: "镇党委会" }, "#f-decide form");
  assert.equal(await town.press("记下决定", "#f-decide"), 422);
  assert.match(await town.text(".yz-faults"), /请写明由谁决定/);
  await town.fill({ by: "何例甲", meeting: "镇党委会第 9 次会议" }, "#f-decide form");
  assert.equal(await town.press("记下决定", "#f-decide"), 200);
  assert.match(await town.text("#decided"), /何例甲 镇党委会第 9 次会议/);

  // Another township sees none of it.
  const other = await j.as("zhen2");
  assert.equal(await other.open(move), 404);
  await other.open("/pools/moves");
  assert.ok(!(await other.text("#moves")).includes(person));
  await office.open("/pools/moves");
  assert.match(await office.text("#moves"), new RegExp(person));
  assert.match(await office.text("#cohorts"), /年入库/);
  await office.look("pool-moves");
});

onBoth("G2 nobody leaves a pool unheard", async (j) => {
  const [office, cadre] = await Promise.all([j.as("zuzhi"), j.as("cunganbu", { size: PHONE })]);
  // The person behind the cadre's account enters first: the file is found from the own page.
  const name = (await cadre.text()).match(/[\u4e00-\u9fff]例[\u4e00-\u9fff]/)[0];
  const propose = async (way, pool, ground) => {
    await office.open(`/pools/moves/new?q=${encodeURIComponent(name)}`);
    await office.leave(() => office.page.locator("main ul a", { hasText: name }).first().click());
    if (way === "out") await office.leave(() => office.page.locator("main form.yz-sheet a", { hasText: "出库" }).click());
    await office.fill({ pool, ground, reason: "按办法研究" });
    assert.equal(await office.press("提出", "main form.yz-sheet"), 200);
    return office.path;
  };
  const decide = async (path) => {
    await office.open(path);
    await office.page.locator("[name=verdict][value=carried]").check();
    await office.fill({ by: "何例乙", meeting: "部务会" }, "#f-decide form");
    return office.press("记下决定", "#f-decide");
  };
  assert.equal(await decide(await propose("in", "veterans", "recommended")), 200);
  const exit = await propose("out", "veterans", "review_failed");
  assert.equal(await decide(exit), 422);
  assert.match(await office.text(".yz-faults"), /要先听本人说/);
  await cadre.open("/me");
  assert.match(await cadre.text(), /决定以前您可以陈述/);
  assert.equal(await cadre.leave(() => cadre.page.locator(`a[href='${exit.replace("/pools/moves", "/me/pools")}']`).click()), 200);
  await cadre.look("own-pool");
  await cadre.fill({ text: "第二次测试当天在抗旱值班，有值班表可查" });
  assert.equal(await cadre.press("提交说明"), 200);
  assert.equal(await decide(exit), 200);
  assert.match(await office.text(), /抗旱值班/);
  await cadre.open(exit.replace("/pools/moves", "/me/pools"));
  assert.match(await cadre.text(), /已决定/);
});

onBoth("G2 a quarter's review", async (j) => {
  const [town, other] = await Promise.all([j.as("zhen"), j.as("zhen2")]);
  await town.open("/pools/review");
  const inputs = town.page.locator("#scores input[name^='s.']");
  const n = await inputs.count();
  assert.ok(n >= 48, `${n} cells: a dozen people, four parts`);
  // One cell beyond its full marks: told beside it, and nothing of the page is written.
  await inputs.evaluateAll((all) => all.forEach((e, i) => { e.value = String(10 + (i >> 2) * 0.25); }));
  await inputs.first().fill("99");
  assert.equal(await town.press("存这一页", "#scores"), 422);
  assert.match(await town.text(), /有 \d+ 格要改/);
  assert.equal(await inputs.first().inputValue(), "99", "what was typed stays");
  await inputs.evaluateAll((all) => all.forEach((e, i) => { e.value = String(Math.min(20, 10 + (i >> 2) * 0.25)); }));
  assert.equal(await town.press("存这一页", "#scores"), 200);
  await town.look("pool-review");
  // The lowest tenth is proposed; a named person confirms one.
  const low = town.page.locator("#low li");
  const proposed = await low.count();
  assert.ok(proposed > 0, "a tenth of the page is somebody");
  assert.match(await town.text("#low"), /拟警示/);
  await low.first().locator("summary").click();
  await low.first().locator("[name=by]").fill("何例甲");
  await low.first().locator("[name=reason]").fill("本季度没有承担任务");
  assert.equal(await town.leave(() => low.first().locator("form button").click()), 200);
  assert.match(await town.text("#low"), /已警示/);
  assert.equal(await low.count(), proposed);
  await other.open("/pools/review");
  assert.doesNotMatch(await other.text("#low"), /已警示/);
});
