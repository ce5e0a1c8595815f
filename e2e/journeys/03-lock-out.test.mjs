// Five wrong passwords lock an account; the security administrator unlocks it.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("lock-out and unlocking", async (at) => {
  const someone = await at.visitor();
  await someone.open("/login");
  await someone.look("login");

  for (let i = 1; i <= 4; i++) {
    assert.equal(await someone.tryLogin("zhen2", "Not-the-word-9"), 422, `wrong password ${i}`);
    assert.match(await someone.text("[role=alert]"), /账号或密码不对/);
    assert.equal(await someone.page.inputValue("[name=login]"), "zhen2", "the login stays");
    assert.equal(await someone.page.inputValue("[name=password]"), "", "the password does not");
  }
  await someone.look("login-refused", { english: false });
  assert.equal(await someone.tryLogin("zhen2", "Not-the-word-9"), 429, "the fifth locks");
  assert.match(await someone.text("[role=alert]"), /锁定/);
  assert.equal(await someone.tryLogin("zhen2", at.password("zhen2")), 429, "the right password does not open a lock");

  const security = await at.as("anquan");
  await security.open("/accounts?q=zhen2");
  assert.match(await security.text("tbody tr"), /▲ 锁定/);
  await security.leave(() => security.page.locator("tbody th a").first().click());
  assert.match(await security.text(), /锁定至/);
  await security.look("account-locked");
  await security.press("现在解锁");
  assert.doesNotMatch(await security.text(), /锁定至/);

  await someone.signIn("zhen2", at.password("zhen2"));
  assert.equal(someone.path, "/");
});
