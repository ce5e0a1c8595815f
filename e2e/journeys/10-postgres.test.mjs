// The same program on PostgreSQL: a fact, a colour, the audit. Only where YANZHEN_DATABASE names a server.
import assert from "node:assert/strict";
import { journey } from "./lib.mjs";

const database = process.env.YANZHEN_DATABASE;

journey("on PostgreSQL", { data: "made", args: ["--database", database], skip: database ? false : "no YANZHEN_DATABASE" }, async (at) => {
  const clerk = await at.as("zuzhi02");
  const village = await clerk.firstVillage(".yz-tile.is-prop");
  assert.equal(await clerk.enterFact("secretary_age", "47", "干部花名册"), 200);
  assert.match(await clerk.text("#fact-secretary_age"), /47/);
  await clerk.open(`${village}/why`);
  await clerk.fill({ reason: "入户走访以后核对无误" });
  assert.equal(await clerk.press("以我的名义确认"), 200);
  await clerk.open("/villages?q=cun");
  assert.ok((await clerk.page.locator("tbody tr").count()) > 0, "villages are found by the sound of their names");

  const auditor = await at.as("shenji");
  await auditor.open("/audit?of=990102");
  assert.match(await auditor.text("tbody"), /填报事实/);
  await auditor.press("校验全链", "#chain");
  assert.match(await auditor.text("[role=status].yz-note"), /链完整/);
  const security = await at.as("anquan");
  await security.open("/accounts?q=zhen");
  assert.ok((await security.page.locator("tbody tr").count()) > 1);
});
