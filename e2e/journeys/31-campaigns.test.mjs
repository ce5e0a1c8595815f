// G1, J1, W8: a selection campaign of a township: made, published, applied for at the desk, checked rule by rule, led from
// stage to stage, marked by two offices, ranked by numbers until the list is confirmed; the county looks on, another township
// does not.
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An invented person's identity number: its area begins with 99. */
function identity(k, birth = "19960702") {
  const body = `990000${birth}${String(k * 2 + 1).padStart(3, "0")}`;
  const sum = [...body].reduce((all, c, i) => all + Number(c) * WEIGHTS[i], 0);
  return body + "10X98765432"[sum % 11];
}

/** Local time as a form writes it. */
function local(ms) {
  const at = new Date(ms);
  const two = (n) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

async function checkAll(visitor) {
  for (const [button, forms] of [["核对无误", "#f-conditions"], ["已看原件", "#f-materials"]]) {
    const n = await visitor.page.locator(`${forms} button`, { hasText: button }).count();
    for (let i = 0; i < n; i++) {
      await visitor.leave(() => visitor.page.locator(`${forms} button`, { hasText: button }).nth(i).click());
    }
  }
}

onBoth("G1 J1 a campaign from the draft to its list", async (j) => {
  const town = await j.as("zhen");
  await town.open("/campaigns");
  assert.match(await town.text(), /还没有公开选拔/);
  await town.look("campaigns-none");
  await town.open("/campaigns/new");
  await town.page.locator("[name=kind][value=reserve_selection]").check();
  const closes = Date.now() + 2 * 60_000;
  await town.fill({
    title: "后备力量公开选拔",
    apply_from: local(Date.now() - 3_600_000),
    apply_to: local(closes),
    help: "镇组织办 0990-0000000",
  });
  assert.equal(await town.press("存成草稿"), 422, "no seats");
  assert.match(await town.text(".yz-faults"), /至少一处写名额/);
  await town.look("campaign-new", { english: false });
  await town.page.locator("main [name^='seats.']").first().fill("1");
  assert.equal(await town.press("存成草稿"), 200);
  const path = town.path;
  assert.match(await town.text(), /草稿/);
  await town.look("campaign-draft");
  assert.equal(await town.press("发布"), 200);
  assert.match(await town.text(), /进行中/);

  // Three apply at the desk; one recommendation stays one until its person agrees.
  const entries = [];
  for (const [k, name] of [[1, "张例一"], [2, "张例二"], [3, "张例三"]]) {
    await town.open(`${path}/entries/new`);
    const place = await town.page.locator("#f-place option").nth(1).getAttribute("value");
    await town.fill({ name, place, identity: identity(k), phone: `1000000000${k}`, education: "30", political: "13" });
    await town.page.locator("[name=route][value=self]").check();
    for (const box of await town.page.locator("[name=declares]").all()) await box.check();
    if (k === 1) {
      assert.equal(await town.press("登记", "main form.yz-sheet"), 422, "no consent");
      await town.look("campaign-enter", { english: false });
    }
    await town.page.locator("[name=consent]").check();
    assert.equal(await town.press("登记", "main form.yz-sheet"), 200);
    entries.push(town.path);
  }
  await town.open(`${path}/entries/new?as=recommendation`);
  const place = await town.page.locator("#f-place option").nth(1).getAttribute("value");
  await town.fill({ name: "钱例七", place, by: "例村民 10000000009", why: "肯帮人，会电脑" });
  await town.page.locator("[name=route][value=resident]").check();
  assert.equal(await town.press("登记", "main form.yz-sheet"), 200);
  assert.match(await town.text(), /被推荐，待本人同意/);
  await town.open(`${path}/entries`);
  assert.match(await town.text(), /张例二/);
  await town.look("campaign-entries");

  // Another township sees none of it; the county does.
  const other = await j.as("zhen2");
  assert.equal(await other.open(path), 404);
  assert.equal(await other.open(entries[0]), 404);
  const office = await j.as("zuzhi");
  assert.equal(await office.open(path), 200);

  // Applications end at their minute, not before.
  assert.ok(!(await town.page.locator("button", { hasText: "资格审查" }).count()));
  await town.page.waitForTimeout(Math.max(0, Math.floor(closes / 60_000) * 60_000 - Date.now() + 1_500));
  await town.open(path);
  assert.equal(await town.press("进入", ".yz-head"), 200);
  for (const entry of entries) {
    await town.open(entry);
    assert.match(await town.text("#f-conditions"), /30 周岁/);
    await checkAll(town);
    if (entry === entries[0]) await town.look("campaign-entry");
    await town.fill({ village: await town.page.locator("#f-village option").nth(1).getAttribute("value") }, "#f-verdict form");
    assert.equal(await town.press("通过", "#f-verdict"), 200);
  }
  await town.open(path);
  assert.equal(await town.press("进入", ".yz-head"), 200);

  // The joint review: the county names who answers for the seats and sends the list; one office answers for all nine here.
  await town.open(entries[0]);
  assert.equal(await town.press("通过", "#f-verdict"), 422);
  assert.match(await town.text(".yz-faults"), /联审还没有结论/);
  const name = (login) => j.accounts[login].role.split("·")[0];
  await office.open("/reviews/seats");
  const units = await office.page.locator("tbody tr:not(:has-text('需要时请')) select[name^='unit.']").evaluateAll((all) => all.map((e) => e.name.slice(5)));
  for (const seat of units) {
    await office.page.locator(`[name="unit.${seat}"]`).selectOption("区公安局");
    await office.page.locator(`[name="head.${seat}"]`).selectOption({ label: `${name("gongan2")}（区公安局）` });
  }
  assert.equal(await office.press("保存"), 200);
  await office.open(path);
  assert.equal(await office.press("把名单发给各席"), 200);
  await office.look("campaign-review");
  const [clerk, head] = [await j.as("gongan"), await j.as("gongan2")];
  await clerk.open("/seat");
  const seats = await clerk.page.locator("main tbody th a").evaluateAll((all) => all.map((e) => e.getAttribute("href")));
  assert.equal(seats.length, 9);
  for (const seat of seats) {
    await clerk.open(`${seat}/several`);
    await clerk.page.locator("[name=chosen]").evaluateAll((all) => all.forEach((e) => { e.checked = true; }));
    await clerk.page.locator("[name=sure]").check();
    assert.equal(await clerk.press("勾选的人都答"), 200, seat);
    await head.open(seat);
    assert.equal(await head.press("签发", "#sign"), 200);
  }
  await town.open(path);
  assert.match(await town.text("#seats"), /已签发/);
  await town.look("campaign-one");
  assert.equal(await town.press("无异议的一并通过"), 200);
  assert.equal(await town.press("进入", ".yz-head"), 200);

  // Seats and marks: typed by two, each without the other's.
  await town.open(`${path}/marks`);
  await town.fill({ rooms: "第1考场，30" }, "#f-rooms form");
  assert.equal(await town.press("排座位", "#f-rooms form"), 200);
  const marks = ["78.5", "82", "缺考"];
  for (const visitor of [town, office]) {
    await visitor.open(`${path}/marks`);
    for (const [i, entry] of entries.entries()) {
      const id = entry.split("/").at(-1);
      await visitor.page.locator(`[name="m.${id}.0"]`).fill(marks[i]);
    }
    assert.equal(await visitor.press("存这一页", "#grid"), 200);
    if (visitor === town) await town.look("campaign-marks");
  }
  await town.open(`${path}/ranking`);
  assert.match(await town.text(), /82\.00/);
  assert.ok(!(await town.text()).includes("张例"), "numbers until the list is confirmed");
  await town.page.locator(".yz-unfold summary").first().click();
  await town.look("campaign-ranking");
  assert.equal(await town.press("以我的名义确认名单"), 200);
  assert.match(await town.text(), /张例二/);
  await town.resize(PHONE);
  await town.open(path);
  await town.look("campaign-phone");
});
