// Accounts: made, the first password once, changed at the first sign-in; a number unmasked; the system's page.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("accounts", async (at) => {
  const security = await at.as("anquan");
  assert.equal(security.path, "/accounts");
  assert.match(await security.text("header"), /演示数据/, "administrators see that all is invented");
  assert.doesNotMatch(await security.text("footer"), /审计/, "lists are not audited");
  await security.look("accounts");

  // Rows of tables, kept with the account.
  const classes = () => security.page.locator("html").getAttribute("class");
  await security.press("标准");
  assert.equal(await classes(), "yz-roomy");
  await security.look("accounts-roomy", { english: false });
  await security.press("紧凑");
  await security.open("/account");
  assert.equal(await classes(), "yz-tight");
  await security.open("/accounts");
  await security.press("新建账号");
  await security.look("accounts-new");
  const typed = { name: "何例戊", login: "zhen9", phone: "19900009999", role: "township-office", unit: "例河镇党委" };
  await security.fill({ ...typed, phone: "123" });
  assert.equal(await security.press("新建账号"), 422, "without a county, with half a number");
  assert.ok((await security.page.locator(".yz-faults li").count()) >= 2);
  assert.equal(await security.page.inputValue("[name=name]"), "何例戊");
  await security.look("accounts-new-faults", { english: false });
  await security.fill({ ...typed, county: "990101", part: "990101101" });
  const status = await security.press("新建账号");
  assert.equal(status, 200, await security.text());
  const first = (await security.text(".yz-code")).trim();
  assert.ok(first.length >= 10);
  await security.look("first-password", { english: false });
  await security.press("已交给本人");
  assert.ok(!(await security.text()).includes(first), "shown once");
  assert.ok(!(await security.text()).includes("19900009999"), "the number is masked");
  await security.look("account-one");

  // A number in full, for a reason.
  const one = security.path;
  await security.fill({ reason: "联系本人核对登录名" });
  await security.press("记下事由并查看");
  assert.match(await security.text(".yz-code"), /19900009999/);
  await security.look("account-unmasked", { english: false });
  await security.open(one);
  assert.ok(!(await security.text()).includes("19900009999"), "and masked again");

  // The list by state; a number is searched without an address that keeps it.
  await security.open("/accounts");
  await security.press("待换首次密码");
  assert.equal(security.path, "/accounts?state=first");
  assert.match(await security.text("tbody"), /何例戊/);
  await security.fill({ q: "199 0000 9999" });
  await security.press("查找");
  assert.equal(security.path, "/accounts");
  assert.match(await security.text("tbody"), /何例戊/);
  await security.look("accounts-number", { english: false });
  await security.fill({ q: "zhen9" });
  await security.press("查找");
  assert.equal(security.path, "/accounts?q=zhen9&state=first");
  await security.press("已停用");
  assert.match(await security.text(), /没有符合的/);
  await security.look("accounts-none");

  const clerk = await at.visitor();
  await clerk.tryLogin("zhen9", first);
  assert.equal(clerk.path, "/login/password");
  await clerk.open("/");
  assert.match(clerk.path, /^\/login\/password/, "nothing before the change");
  const own = "Bn5xs8-fkj/QD";
  await clerk.fill({ old: first, new: first, again: first });
  assert.equal(await clerk.press("保存并进入"), 422, "the old one is not a new one");
  await clerk.fill({ old: first, new: own, again: own });
  await clerk.press("保存并进入");
  assert.equal(clerk.path, "/");
  await clerk.signOut();
  await clerk.signIn("zhen9", own);

  await security.open(one);
  await security.press("停用账号");
  await security.look("account-close");
  await security.press("停用");
  assert.match(await security.text(), /已停用/);
  await security.open("/accounts?state=closed");
  assert.match(await security.text("tbody"), /何例戊/);
  await clerk.open("/");
  assert.match(clerk.path, /^\/login/, "a closed account is out at once");

  const system = await at.as("xitong");
  assert.equal(system.path, "/system");
  assert.match(await system.text(), /990101/);
  assert.match(await system.text("header"), /演示数据/);
  await system.look("system");
});
