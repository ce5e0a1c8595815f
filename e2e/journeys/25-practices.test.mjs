// G8, H8, H9, J8: the other practices run a township's round of their own measures, from the workbook to the explanation:
// the county adopts, the township leads and marks, a unit of the county marks beside it.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { onBoth } from "./lib.mjs";

const PROGRAM = process.env.YANZHEN_BIN ?? "yanzhen";
const PACKS = join(import.meta.dirname, "..", "..", "packs");

/** Turns a shipped pack into the workbook that the library takes. */
function book(id, folder) {
  const out = join(folder, `${id}.xlsx`);
  execFileSync(PROGRAM, ["policy", "convert", join(PACKS, id), out]);
  return out;
}

/** Opens the caller's sheet of a round and fills its first empty cells with full marks by the keyboard; gives how many. */
async function fillFew(rater, title, most) {
  await rater.open("/sheets");
  const link = rater.page.locator("main li, main tr", { hasText: title }).locator("a[href^='/sheets/']").first();
  assert.equal(await rater.leave(() => link.click()), 200);
  const ids = await rater.page.evaluate(() => {
    const marks = [...document.querySelectorAll("th[data-kind=mark]")].map((th) => [th.dataset.column, th.dataset.full]);
    const empty = (column) => [...document.querySelectorAll(`input[id$="-${column}"]`)].filter((e) => !e.value);
    return marks.flatMap(([column, full]) => empty(column).map((e) => [e.id, full]));
  });
  for (const [id, full] of ids.slice(0, most)) {
    await rater.page.locator(`[id="${id}"]`).fill(String(Number(full) / 100));
    await rater.page.keyboard.press("Enter");
  }
  await rater.page.waitForTimeout(800);
  await rater.page.locator("#mk-state", { hasText: "已存" }).and(rater.page.locator(":not(:has-text('保存中'))")).waitFor();
  return Math.min(ids.length, most);
}

/** A practice: its pack, whether it appraises persons, and words of its grades. */
const PRACTICES = [
  { id: "gaotai", persons: true, mechanism: "G8", grades: /优秀|合格|称职/ },
  { id: "hezhang", persons: true, mechanism: "H8 H9", grades: /优秀|称职|较好|好/ },
  { id: "county", persons: false, mechanism: "J8", grades: /等|优秀|良好|合格/ },
];

for (const { id, persons, mechanism, grades } of PRACTICES) {
  onBoth(`${mechanism} a township's round by the measures of ${id}`, async (j) => {
    const [office, town, unit] = await Promise.all([j.as("zuzhi"), j.as("zhen"), j.as("pingfen")]);
    await office.open("/packs");
    await office.page.setInputFiles("#adopt input[type=file]", book(id, j.folder));
    await office.fill({ from: "2025-01-01" }, "#adopt form");
    assert.equal(await office.press("检查并采用", "#adopt"), 200);
    const pack = await office.text("h1");

    // The township begins a round of its own villages, or of the secretaries there.
    await town.open("/rounds/new");
    await town.page.locator(".yz-choice", { hasText: pack.slice(0, 12) }).locator("input").first().check();
    const title = `2026年度${id}考核`;
    await town.fill({ title, year: "2026", marks_due: "2026-12-20" });
    if (persons) {
      assert.equal(await town.press("建好草稿"), 422, "of whom is asked for");
      await town.page.locator("#p-party_secretary").check();
    }
    assert.equal(await town.press("建好草稿"), 200);
    const round = town.path;

    // One of the sheets is the agriculture bureau's: named as its account is, it is on its list at once.
    const sheets = await town.page.locator("main a[href*='/sheets/']").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    assert.ok(sheets.length > 1, "several raters");
    let given = false;
    for (const sheet of sheets) {
      await town.open(sheet);
      const marks = Number(await town.page.locator("dt", { hasText: "要打的指标" }).locator("+ dd").innerText());
      if (marks === 0 || (await town.page.locator("[name=unit]").count()) === 0) continue;
      await town.fill({ unit: "区农业农村局" }, "form[action$='/assign']");
      assert.equal(await town.press("保存", "form[action$='/assign']"), 200);
      given = true;
      break;
    }
    await town.open(round);
    assert.equal(await town.press("开始评分", "#f-act"), 200);
    if (given) assert.ok((await fillFew(unit, title, 6)) > 0, "the unit marks");
    await fillFew(town, title, 6).catch((error) => {
      // A practice whose township reports figures alone has no marks to give.
      assert.ok(!persons, error.message);
    });

    await town.open(round);
    await town.page.fill("#r-lock", "期限已到，其余按缺项说明");
    assert.equal(await town.press("锁定评分", "#f-act"), 200);
    for (let turn = 0; ; turn++) {
      await town.open(`${round}/missing`);
      const boxes = town.page.locator("tbody input[name=cells]");
      if ((await boxes.count()) === 0) break;
      assert.ok(turn < 10, `what is excused stays missing: ${await town.text()}`);
      await boxes.evaluateAll((all) => all.forEach((box) => { box.checked = true; }));
      await town.page.locator("input[name=rule][value=skip]").check();
      await town.page.fill("textarea[name=reason]", "试行的一轮，没有打的分不计");
      assert.equal(await town.press("说明所选的缺项"), 200);
    }
    await town.open(round);
    assert.equal(await town.press("拟定等次", "#f-act"), 200);
    await town.fill({ meeting: "镇党委会第 9 次会议", meeting_on: "2026-11-20", decided_by: "何例甲" });
    assert.equal(await town.press("确认并公示", "#f-act"), 200);
    await town.open(`${round}/results`);
    assert.match(await town.text(), grades);
    await town.look(`results-${id}`);
    assert.equal(await town.leave(() => town.page.locator("a.yz-why").first().click()), 200);
    assert.match(await town.text(), /逐层依据/);
    await town.look(`why-${id}`);
    // What the unit gave stands with its name among the raw figures.
    if (given) {
      const raw = await town.page.locator(".yz-tree").first().innerHTML();
      assert.match(raw, /杨例珩|区农业农村局/);
    }
    if (persons) {
      // The person's file tells of it, and leads to why.
      const href = await town.page.locator("main a[href^='/people/']").first().getAttribute("href");
      await town.open(href);
      assert.match(await town.text("#results"), new RegExp("2026"));
    }
  });
}
