// W8, H5: a look-back at secretaries: the office names the seats' offices and opens it, two offices answer for nine seats by keys, by
// a packet and together, their heads sign, the person is told and objects, the office decides by name; a difficult village.
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

const NAME = "2026年换届回头看";

onBoth("W8 H5 a joint review from the seats to the decision", async (j) => {
  const cadre = await j.as("cunganbu", { size: PHONE });
  const [, person] = (await cadre.text()).match(/([\u4e00-\u9fff]例[\u4e00-\u9fff])/);
  const town = (await cadre.text(".yz-m-id p")).split(/\s+/)[0];
  const office = await j.as("zuzhi");

  // Which office answers for each seat, and who signs.
  await office.open("/reviews/seats");
  const required = await office.page.locator("tbody tr:not(:has-text('需要时请')) select[name^='unit.']").evaluateAll((all) => all.map((e) => e.name.slice(5)));
  assert.equal(required.length, 9);
  const name = (login) => j.accounts[login].role.split("·")[0];
  for (const seat of required) {
    const [unit, head] = seat === "petitions" ? ["信访局", "lianshen2"] : ["区公安局", "gongan2"];
    await office.page.locator(`[name="unit.${seat}"]`).selectOption(unit);
    await office.page.locator(`[name="head.${seat}"]`).selectOption({ label: `${name(head)}（${unit}）` });
  }
  assert.equal(await office.press("保存"), 200);
  await office.look("review-seats");

  await office.open("/reviews");
  await office.look("reviews-none");
  assert.equal(await office.press("发起联审", ".yz-acts"), 200);
  await office.look("review-new");
  await office.page.locator("#f-town").selectOption({ label: town });
  await office.fill({ title: NAME, post: "party_secretary" });
  assert.equal(await office.press("发给各席"), 200);
  const review = office.path;
  assert.match(await office.text("#seats"), /未领取/);
  assert.match(await office.text("#seats"), /剩 \d+ 个工作日/);

  // A seat of the security office: one person by keys, what is wrong told, the others together.
  const clerk = await j.as("gongan");
  assert.equal(clerk.path, "/seat", "a seat lands on what it is asked");
  await clerk.look("seat-list");
  const seats = await clerk.page.locator("main tbody th a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  assert.equal(seats.length, 8);
  const [first, ...others] = seats;
  assert.equal(await clerk.open(first), 200);
  const [, people] = (await clerk.text()).match(/已答 0 \/ (\d+) 人/);
  assert.ok(Number(people) > 3, `${people} secretaries`);
  await clerk.leave(() => clerk.page.locator(".yz-queue a", { hasText: person }).first().click());
  await clerk.page.keyboard.press("3");
  assert.ok(await clerk.page.locator("#a3").isChecked());
  await clerk.page.locator("#f-clause").selectOption("disturbance");
  await clerk.page.fill("#f-document", "例公行罚决字〔2025〕");
  assert.equal(await clerk.leave(() => clerk.page.keyboard.press("Enter")), 422);
  assert.match(await clerk.text(".yz-faults"), /文号要写到号/);
  await clerk.look("seat-fault", { english: false });
  await clerk.page.fill("#f-document", "例公行罚决字[2025]12号");
  assert.equal(await clerk.leave(() => clerk.page.keyboard.press("Enter")), 200);
  assert.match(await clerk.text(".yz-toast"), new RegExp(person));
  assert.match(await clerk.text(".yz-clock"), /已答 1 \//);
  await clerk.look("seat");
  // The next by keys, and taken back.
  await clerk.page.keyboard.press("1");
  assert.equal(await clerk.leave(() => clerk.page.keyboard.press("Enter")), 200);
  assert.match(await clerk.text(".yz-clock"), /已答 2 \//);
  assert.equal(await clerk.leave(() => clerk.page.keyboard.press("Control+z")), 200);
  assert.match(await clerk.text(".yz-clock"), /已答 1 \//);
  const before = clerk.path;
  const key = (await clerk.page.locator("#go-next").count()) > 0 ? "j" : "k";
  await clerk.leave(() => clerk.page.keyboard.press(key));
  assert.notEqual(clerk.path, before);
  // The number in full for half a minute.
  assert.equal(await clerk.press("核对时显示 30 秒", "#answer"), 200);
  assert.match(await clerk.text("#answer"), /99\d{15}[\dX]/);

  const several = async (who, seat) => {
    await who.open(`${seat}/several`);
    await who.page.locator("[name=chosen]").evaluateAll((all) => all.forEach((e) => { e.checked = true; }));
    await who.page.locator("[name=sure]").check();
    assert.equal(await who.press("勾选的人都答"), 200, seat);
    assert.match(await who.text(".yz-clock"), new RegExp(`已答 ${people} \\/`));
  };
  await clerk.open(`${first}/several`);
  await clerk.look("seat-several");
  for (const seat of [first, ...others]) await several(clerk, seat);
  await clerk.open(first);
  assert.match(await clerk.text("#sign"), /经办人不能自签/);
  const head = await j.as("gongan2");
  for (const seat of seats) {
    await head.open(seat);
    assert.equal(await head.press("签发", "#sign"), 200);
    assert.match(await head.text("#sign"), new RegExp(name("gongan2")));
  }
  await head.open("/seat/done");
  await head.look("seat-done");
  await clerk.open("/seat/acts");
  assert.match(await clerk.text(), /查看完整证件号/);
  await clerk.look("seat-acts");

  // The petitions office sees its own seat alone; it answers off line. The office reminds it first.
  await office.open(review);
  assert.equal(await office.press("催办 1 席", ".yz-acts"), 200);
  const petitions = await j.as("lianshen");
  assert.match(await petitions.text(), /催办/);
  assert.equal(await petitions.open(first), 404);
  await petitions.open("/seat");
  const own = await petitions.page.locator("main tbody th a").first().getAttribute("href");
  await petitions.open(own);
  const packet = await petitions.download("下载材料包");
  assert.match(packet.name, /材料包.*\.xlsx$/);
  petitions.keep("packet.xlsx", packet.bytes);
  await petitions.open(own);
  await petitions.page.setInputFiles("#f-file", { name: "other.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from("a,b\n1,2\n") });
  assert.equal(await petitions.press("导入答复包", "#packets"), 422);
  assert.match(await petitions.text(), /整份退回/);
  await petitions.open(own);
  await petitions.page.setInputFiles("#f-file", { name: packet.name, mimeType: "application/octet-stream", buffer: packet.bytes });
  assert.equal(await petitions.press("导入答复包", "#packets"), 200);
  await several(petitions, own);
  const signs = await j.as("lianshen2");
  await signs.open(own);
  assert.equal(await signs.press("签发", "#sign"), 200);

  // Conclusions come together; the person is told, objects, and somebody decides by name.
  await office.open(review);
  assert.match(await office.text("#sums"), /1\s*不宜/);
  await office.look("review");
  assert.equal(await office.press(person, "#people"), 200);
  const page = office.path;
  await office.page.locator("[name=decision][value=terminate]").check();
  await office.fill({ by: "何例乙", reason: "部务会研究" }, "#f-decide form");
  assert.equal(await office.press("记下决定", "#f-decide"), 422);
  assert.match(await office.text(".yz-faults"), /要先告知本人/);
  assert.equal(await office.press("告知本人", ".yz-acts"), 200);
  await cadre.open("/me");
  assert.match(await cadre.text(), /您可以提出异议/);
  assert.equal(await cadre.leave(() => cadre.page.locator("a[href^='/me/reviews/']").first().click()), 200);
  assert.match(await cadre.text(), /不宜/);
  await cadre.look("own-review");
  await cadre.fill({ text: "当时是调解时的误会，已撤销处罚" });
  assert.equal(await cadre.press("提出异议"), 200);
  await office.open(page);
  assert.match(await office.text("#objection"), /误会/);
  await office.look("review-person");
  await office.page.locator("[name=decision][value=terminate]").check();
  await office.fill({ by: "何例乙", reason: "部务会研究，按联审结论办理" }, "#f-decide form");
  assert.equal(await office.press("记下决定", "#f-decide"), 200);
  assert.match(await office.text("#ways"), /联审不免任何人的职/);
  await office.look("review-ended");
  await cadre.open("/me");
  assert.match(await cadre.text(), /已决定终止/);

  // A difficult village, in the one register, by name.
  await office.open(review);
  await office.page.locator("[name=problems]").first().check();
  await office.page.locator("#f-village").selectOption({ index: 1 });
  assert.equal(await office.press("列入整改台账", "#difficult"), 200);
  assert.match(await office.text("#difficult"), /在整改/);
  await office.open("/reviews");
  assert.match(await office.text(), /席位已齐/);
  await office.look("reviews");
});
