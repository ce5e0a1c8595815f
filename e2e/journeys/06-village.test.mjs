// A village: a fact entered, refused when wrong; why the colour; the colour confirmed by name and reason.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("a village's facts and colour", async (at) => {
  const clerk = await at.as("zuzhi02");
  await clerk.open("/");
  const village = await clerk.firstVillage(".yz-tile.is-prop");
  assert.equal(await clerk.page.locator(".yz-hero .yz-risk.is-proposed").count(), 1, "a proposal is dashed");
  await clerk.look("village");

  // The form of the last row opens in full.
  const last = clerk.page.locator("#facts tbody tr").last();
  await last.locator("summary").click();
  const cut = await last.locator("form").evaluate((form) => {
    const wrap = form.closest(".yz-wrap");
    return getComputedStyle(wrap).overflowY !== "visible" && wrap.scrollHeight > wrap.clientHeight;
  });
  assert.ok(!cut, "no part of it is cut off by the table");
  await clerk.shot("village-form");
  await last.locator("summary").click();

  const row = clerk.page.locator("#fact-secretary_age");
  assert.equal(await clerk.enterFact("secretary_age", "四十多", "干部花名册第 3 页"), 422);
  assert.match(await row.locator(".yz-err").innerText(), /\S/, "the refusal says why");
  assert.equal(await row.locator("[name=value]").inputValue(), "四十多", "what was typed stays");
  await clerk.look("village-refused", { english: false });
  assert.equal(await clerk.enterFact("secretary_age", "47", "干部花名册第 3 页"), 200);
  assert.match(await row.innerText(), /47/);
  assert.match(await row.innerText(), /干部花名册第 3 页/);
  assert.match(await clerk.text(".yz-time"), /书记年龄.*→ 47/);

  await clerk.press("为什么");
  assert.equal(clerk.path, `${village}/why`);
  assert.equal(await clerk.page.locator(".yz-tree details[open]").count(), 1, "one rule decides, and is open");
  assert.match(await clerk.text(".yz-tree details[open]"), /由这一条决定/);
  await clerk.look("why");

  await clerk.page.locator("[name=colour][value=orange]").check();
  await clerk.fill({ reason: "同意" });
  assert.equal(await clerk.press("以我的名义确认"), 422, "a reason has four characters at least");
  assert.match(await clerk.text("#decide [role=alert]"), /理由/);
  assert.ok(await clerk.page.locator("[name=colour][value=orange]").isChecked());
  assert.equal(await clerk.page.inputValue("[name=reason]"), "同意");
  const reason = "入户走访以后，班子内部矛盾已经化解一半";
  await clerk.fill({ reason });
  assert.equal(await clerk.press("以我的名义确认"), 200);

  await clerk.open(village);
  assert.equal(await clerk.page.locator(".yz-hero .yz-risk.is-proposed").count(), 0, "a decision is solid");
  assert.equal(await clerk.page.locator(".yz-hero .yz-risk.is-o").count(), 1);
  assert.ok((await clerk.text(".yz-hero")).includes(reason), "with its reason");
  assert.match(await clerk.text(".yz-time"), /颜色：.*→ 橙/);
  await clerk.look("village-confirmed");
  await clerk.open("/");
  assert.equal(await clerk.page.locator(`.yz-tile.is-o:not(.is-prop)[href="${village}"]`).count(), 1, "solid in the formation");
});
