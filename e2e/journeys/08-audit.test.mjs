// The audit administrator finds what others did, filters, verifies the chain, exports.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("the audit", async (at) => {
  const clerk = await at.as("zuzhi");
  const village = await clerk.firstVillage();
  assert.equal(await clerk.enterFact("secretary_age", "51", "干部花名册"), 200);
  const name = (await clerk.page.locator("summary b").first().innerText()).trim();
  assert.equal(await clerk.open("/audit"), 403);
  const wrong = await at.visitor();
  await wrong.tryLogin("zhen2", "Not-the-word-9");

  const auditor = await at.as("shenji");
  assert.equal(auditor.path, "/audit");
  await auditor.look("audit");
  assert.match(await auditor.text("tbody"), /登录/);
  await auditor.open("/audit?outcome=failed");
  assert.match(await auditor.text("tbody tr"), /▲ 没成/);
  assert.equal(await auditor.page.locator("tbody tr", { hasText: "▲ 没成" }).count(), await auditor.page.locator("tbody tr").count());
  await auditor.open("/audit?outcome=denied");
  assert.match(await auditor.text("tbody tr"), /✕ 被拒/, "what was refused is recorded");

  // The county's own chain, by name.
  await auditor.open("/audit");
  await auditor.fill({ of: "990101", who: name });
  await auditor.press("查找");
  const found = auditor.page.locator("tbody tr", { hasText: "填报事实" });
  assert.equal(await found.count(), 1);
  assert.match(await found.innerText(), new RegExp(village.split("/").pop()));
  assert.doesNotMatch(await auditor.text(), /干部花名册/, "what was written is not shown");
  await auditor.leave(() => found.locator("th a").click());
  assert.match(await auditor.text("#entry"), /facts\.enter/);
  assert.match(await auditor.text("#entry"), /✓ 相扣[^]*✓ 相符/, "linked to the one before, and as it was written");
  await auditor.look("audit-county");
  await auditor.page.locator(".yz-chip a").first().click();
  await auditor.page.waitForURL((url) => !url.search.includes("who="));

  await auditor.open("/audit?of=990101");
  const head = (await auditor.text("#chain dl dd")).trim();
  await auditor.press("校验全链", "#chain");
  assert.match(await auditor.text("[role=status].yz-note"), /链完整/);
  await auditor.look("audit-verified", { english: false });
  await auditor.page.fill("[name=kept]", head);
  await auditor.press("校验全链", "#chain");
  assert.match(await auditor.text("[role=status].yz-note"), /另存的链头在链上/);
  await auditor.page.fill("[name=kept]", head.replace(/:.{8}/, ":00000000"));
  await auditor.press("校验全链", "#chain");
  assert.match(await auditor.text("[role=alert]"), /链有断处/);
  await auditor.look("audit-broken", { english: false });

  await auditor.open("/audit?of=990101");
  const { bytes } = await auditor.download("导出这些条");
  const csv = bytes.toString("utf8");
  assert.ok(csv.startsWith("\ufeffseq,") && csv.includes("facts.enter"), "the export holds what was done");
  await auditor.open("/audit?of=990101");
  assert.match(await auditor.text("tbody tr"), /导出审计/, "taking it out is recorded too");
  for (const path of ["/", "/accounts", "/system", village]) assert.equal(await auditor.open(path), 403, path);
});
