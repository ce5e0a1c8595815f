// What the journeys of campaigns share: made and published, applied for at the desk, checked, reviewed by the seats, marked.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";

const PROGRAM = process.env.YANZHEN_BIN ?? "yanzhen";
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

/** An invented person's identity number: its area begins with 99. */
export function identity(k, birth = "19960702") {
  const body = `990000${birth}${String(k * 2 + 1).padStart(3, "0")}`;
  const sum = [...body].reduce((all, c, i) => all + Number(c) * WEIGHTS[i], 0);
  return body + "10X98765432"[sum % 11];
}

/** Local time as a form writes it. */
export function local(ms) {
  const at = new Date(ms);
  const two = (n) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** The next full minute that is so many seconds off: forms know no seconds. */
export function closing(seconds) {
  return Math.ceil((Date.now() + seconds * 1_000) / 60_000) * 60_000;
}

/** Waits until applications have ended. */
export async function closed(visitor, closes) {
  await visitor.page.waitForTimeout(Math.max(0, closes - Date.now() + 1_500));
}

/** The office takes measures from a folder as its own. */
export async function adopt(j, office, folder) {
  const book = join(j.folder, "measures.xlsx");
  execFileSync(PROGRAM, ["policy", "convert", folder, book]);
  await office.open("/packs");
  await office.page.setInputFiles("#adopt input[type=file]", book);
  await office.fill({ from: "2026-01-01" }, "#adopt form");
  assert.equal(await office.press("检查并采用", "#adopt"), 200);
}

/** Leads a campaign to its next stage. */
export async function advance(who, path) {
  await who.open(path);
  assert.equal(await who.press("进入", ".yz-head"), 200, await who.text("#f-stage"));
}

/** Fills an application of an invented person in at the desk, from whom consent is lacking. */
export async function fillIn(who, k, name) {
  const place = await who.page.locator("#f-place option").nth(1).getAttribute("value");
  await who.fill({ name, place, identity: identity(k), phone: `1000000000${k}`, education: "30", political: "13" });
  for (const box of await who.page.locator("[name=declares]").all()) await box.check();
}

/** Writes a recommendation down at the desk; gives its address. */
export async function recommend(who, path, name) {
  await who.open(`${path}/entries/new?as=recommendation`);
  const place = await who.page.locator("#f-place option").nth(1).getAttribute("value");
  await who.fill({ name, place, by: "例村民 10000000009", why: "肯帮人，会电脑" });
  await who.page.locator("[name=route][value=resident]").check();
  assert.equal(await who.press("登记", "main form.yz-sheet"), 200);
  return who.path;
}

/** On an application's page: notes that every declared condition and every material is in order. */
export async function checkAll(who) {
  for (const [button, forms] of [["核对无误", "#f-conditions"], ["已看原件", "#f-materials"]]) {
    const buttons = who.page.locator(`${forms} button`, { hasText: button });
    const n = await buttons.count();
    for (let i = 0; i < n; i++) await who.leave(() => buttons.nth(i).click());
  }
}

/** On an application's page: passes the check, with the first village offered for the file. */
export async function qualify(who) {
  await who.fill({ village: await who.page.locator("#f-village option").nth(1).getAttribute("value") }, "#f-verdict form");
  assert.equal(await who.press("通过", "#f-verdict"), 200);
}

/** The joint review: the county names who answers for the seats and sends the list; one office answers for all nine here. */
export async function review(j, office, path) {
  const head = `${j.accounts.gongan2.role.split("·")[0]}（区公安局）`;
  await office.open("/reviews/seats");
  const rows = "tbody tr:not(:has-text('需要时请')) select[name^='unit.']";
  for (const seat of await office.page.locator(rows).evaluateAll((all) => all.map((e) => e.name.slice(5)))) {
    await office.page.locator(`[name="unit.${seat}"]`).selectOption("区公安局");
    await office.page.locator(`[name="head.${seat}"]`).selectOption({ label: head });
  }
  assert.equal(await office.press("保存"), 200);
  await office.open(path);
  assert.equal(await office.press("把名单发给各席"), 200);
}

/** One office answers for its seats, and its head signs. */
export async function answer(j) {
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
}

/** Types marks of the stage that runs: by application, one of each examiner (a paper has the one). */
export async function mark(who, path, marks) {
  await who.open(`${path}/marks`);
  for (const [entry, values] of marks) {
    const id = entry.split("/").at(-1);
    const first = values.length > 1 ? 1 : 0;
    for (const [i, value] of values.entries()) await who.page.locator(`[name="m.${id}.${first + i}"]`).fill(value);
  }
  assert.equal(await who.press("存这一页", "#grid"), 200);
}
