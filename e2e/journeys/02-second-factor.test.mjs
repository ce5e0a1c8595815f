// A second factor: turned on in the own account, asked for at the next sign-in, replaced by a recovery code.
import assert from "node:assert/strict";
import { onBoth, totp } from "./lib.mjs";

onBoth("second factor", async (at) => {
  const clerk = await at.as("zuzhi");
  await clerk.open("/account");
  await clerk.look("account");
  await clerk.fill({ code: "000000" });
  assert.equal(await clerk.press("打开动态口令"), 422, "a wrong code turns nothing on");
  const secret = await clerk.text("main ol code");
  const first = totp(secret);
  await clerk.fill({ code: first });
  assert.equal(await clerk.press("打开动态口令"), 200);
  const codes = await clerk.page.locator("main ol code").allInnerTexts();
  assert.ok(codes.length >= 8, `${codes.length} recovery codes`);
  const kept = await clerk.download("下载为文本");
  assert.equal(kept.name, "yanzhen-recovery-codes.txt");
  assert.ok(codes.every((code) => kept.bytes.includes(code)), "the file holds every code");
  await clerk.look("recovery", { english: false });
  await clerk.press("已存好");
  assert.match(await clerk.text("#h-second + p"), /已打开/);
  await clerk.signOut();

  await clerk.open("/villages");
  await clerk.fill({ login: "zuzhi", password: at.password("zuzhi") });
  await clerk.press("登录");
  assert.match(clerk.path, /^\/login\/code/);
  const step = clerk.path;
  await clerk.look("code");
  assert.equal(await clerk.open("/villages"), 200);
  assert.match(clerk.path, /^\/login\/code/, "half-signed-in sees nothing");
  await clerk.open(step);
  await clerk.fill({ code: first });
  assert.equal(await clerk.press("登录"), 422, "a code is good once");
  await clerk.fill({ code: totp(secret, 1) });
  assert.equal(await clerk.press("登录"), 200);
  assert.equal(clerk.path, "/villages", "on to what was asked for");
  await clerk.signOut();

  await clerk.tryLogin("zuzhi", at.password("zuzhi"));
  await clerk.fill({ code: codes[0].toLowerCase() });
  assert.equal(await clerk.press("登录"), 200);
  assert.equal(clerk.path, "/");
  await clerk.signOut();
  await clerk.tryLogin("zuzhi", at.password("zuzhi"));
  await clerk.fill({ code: codes[0] });
  assert.equal(await clerk.press("登录"), 422, "a recovery code is good once");
  await clerk.fill({ code: codes[1] });
  await clerk.press("登录");
  await clerk.open("/account");
  await clerk.look("account-second-factor");
});
