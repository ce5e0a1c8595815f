// C11, J3, H3: vacancies: the chain over everybody eligible with a proof each, another choice with a reason, a motion decided and
// filed, an elected seat recommended for only, the best set over several vacancies adopted.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

const REASON = "该同志任过三年村会计，本村正在清理三资，急需懂账的人";

async function decide(visitor) {
  await visitor.page.locator("[name=verdict][value=carried]").check();
  await visitor.fill({ by: "何例乙", meeting: "镇党委会第 12 次会议" }, "#f-decide form");
  return visitor.press("记下决定", "#f-decide");
}

/** Addresses of vacancies that have a chain and no motion. */
async function open(visitor) {
  await visitor.open("/vacancies");
  const links = visitor.page.locator("#seats a[href^='/vacancies/']", { hasText: "看次序" });
  return links.evaluateAll((all) => all.map((a) => a.getAttribute("href")));
}

/** The first of the vacancies with so many people placed. */
async function placed(visitor, seats, least) {
  for (const seat of seats) {
    await visitor.open(`${seat}?all=1`);
    if ((await visitor.page.locator("#chain .yz-cand:not(.is-out) .yz-rank").count()) >= least) return seat;
  }
  return "";
}

onBoth("C11 J3 a vacancy is filled by the chain, or otherwise with a reason", async (j) => {
  const office = await j.as("zuzhi");
  await office.open("/pools");
  assert.equal(await office.press("空缺递补"), 200);
  assert.match(await office.text(), /空着的岗位/);
  await office.look("vacancies");
  const seats = await open(office);
  assert.ok(seats.length > 0, "the demo has vacancies");
  const seat = await placed(office, seats, 2);
  assert.ok(seat, "some vacancy has two people placed");
  await office.look("vacancy");
  const first = office.page.locator("#chain .yz-cand.is-first");
  assert.match(await first.innerText(), /拟推荐/);
  assert.match(await first.locator("dl").innerText(), /人岗相适/);
  assert.match(await office.text(".yz-sheet-f"), /[0-9a-f]{64}/, "pack and hash are named");
  const { name, bytes } = await office.download("导出比选表");
  assert.match(name, /空缺比选表.*\.xlsx$/);
  assert.equal(bytes.subarray(0, 2).toString(), "PK");

  // Another choice: a thin reason is refused, a full one makes the motion; those before must be heard.
  const form = "#otherwise form";
  const other = await office.page.locator("#otherwise option").evaluateAll((all) => all.map((o) => o.value).filter(Boolean)[0]);
  await office.fill({ person: other, reason: "综合考虑。" }, form);
  assert.equal(await office.press("以自己的名义改选", form), 422);
  assert.match(await office.text(".yz-faults"), /至少写 \d+ 字/);
  assert.equal(await office.page.locator(`${form} [name=reason]`).inputValue(), "综合考虑。", "what was typed stays");
  await office.fill({ person: other, reason: REASON }, form);
  assert.equal(await office.press("以自己的名义改选", form), 200);
  const motion = office.path;
  assert.match(await office.text("#passed"), /还没有提意见/);
  await office.look("motion");
  assert.equal(await decide(office), 422);
  assert.match(await office.text(".yz-faults"), /可以提意见到/);
  assert.equal(await office.press("撤回这一件", "main"), 200);
  assert.match(await office.text(), /已撤回/);

  // The first of the chain: decided by name; a party or hired post goes on as a filing, an elected seat as a recommendation.
  await office.open(seat);
  assert.equal(await office.press("提交动议（第一位）", ".yz-acts"), 200);
  assert.equal(await decide(office), 200);
  assert.match(await office.text("#decided"), /何例乙 镇党委会第 12 次会议/);
  const text = await office.text();
  if (text.includes("选举职务")) {
    assert.match(text, /推荐人选/);
    assert.equal(await office.page.locator("#file").count(), 0, "no filing of appointment for an elected seat");
  } else {
    await office.page.locator("#file [name=way]").selectOption({ index: 1 });
    assert.equal(await office.press("起草备案", "#file"), 200);
    assert.match(office.path, /^\/filings\//);
  }
  await office.open("/vacancies/motions");
  assert.match(await office.text("#motions"), /改选/);
  await office.look("motions");

  // Of two townships one at most sees the motion, and each its own vacancies.
  const seen = [];
  for (const login of ["zhen", "zhen2"]) {
    const town = await j.as(login);
    seen.push(await town.open(motion));
    assert.equal(await town.open("/vacancies"), 200);
  }
  assert.ok(seen.filter((s) => s === 404).length >= 1, `${seen}`);
});

onBoth("H3 the best set over several vacancies is adopted by a person", async (j) => {
  const office = await j.as("zuzhi");
  await office.open("/vacancies");
  assert.equal(await office.press("一起配", ".yz-acts"), 200);
  const pairs = await office.page.locator("#set [name=pair]").evaluateAll((all) => all.map((i) => i.value));
  assert.ok(pairs.length >= 2, "the demo has vacancies to match");
  const persons = pairs.map((p) => p.split(":")[1]);
  assert.equal(new Set(persons).size, persons.length, "nobody sits twice");
  // Two of them by themselves, so that the page can be looked at.
  const keys = pairs.slice(0, 3).map((p) => p.split(":")[0]);
  const picked = `/vacancies/together?${keys.map((k) => `pick=${k}`).join("&")}`;
  await office.open(picked);
  await office.look("matching");
  assert.match(await office.text("#team"), /平均年龄/);
  assert.equal(await office.leave(() => office.page.locator("#set a", { hasText: "换人看差多少" }).first().click()), 200);
  assert.match(await office.text("#swap"), /换人看差多少/);
  await office.look("matching-swap");
  await office.open(picked);
  assert.equal(await office.leave(() => office.page.locator("#set tbody a", { hasText: /锁[定住]/ }).first().click()), 200);
  assert.match(await office.text("#set"), /由人锁定/);
  const chosen = await office.page.locator("#set [name=pair]").count();
  await office.fill({ reason: REASON }, "#set");
  assert.equal(await office.press("采用勾选的", "#set"), 200);
  assert.equal(office.path, "/vacancies/motions");
  assert.equal(await office.page.locator("#motions tbody tr").count(), chosen, "a motion each");
  assert.match(await office.text("#motions"), /待研究/);
  // What is on its way is matched no more.
  await office.open(picked);
  assert.equal(await office.page.locator("#set [name=pair]").count(), 0);
  await office.open("/vacancies/ahead");
  assert.match(await office.text(), /将届满、超龄的/);
  await office.look("vacancies-ahead");
});
