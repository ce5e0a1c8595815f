// The first run: set-up code from the console, an invented county, three administrators and the office.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

const PEOPLE = {
  system: { name: "何例甲", login: "xitong", password: "Tk8rn2-wxe/HM", home: "/system" },
  security: { name: "何例乙", login: "anquan", password: "Zv4pq9-mgb/RC", home: "/accounts" },
  audit: { name: "何例丙", login: "shenji", password: "Hw6dk3-tyu/LN", home: "/audit" },
};
const OFFICE = { office_name: "何例丁", office_login: "zuzhi", office_unit: "例山县委组织部" };

onBoth("first run", { data: "new" }, async (at) => {
  const code = /[0-9A-Z]{4}(-[0-9A-Z]{4}){2}/.exec(at.output)?.[0];
  assert.ok(code, `the console shows the set-up code: ${at.output}`);

  const first = await at.visitor();
  await first.open("/");
  assert.equal(first.path, "/setup", "everything leads to set-up while there is no account");
  await first.look("setup-code");
  await first.fill({ code: "AAAA-AAAA-AAAA" });
  assert.equal(await first.press("下一步"), 422);
  assert.match(await first.text("[role=alert]"), /设置码不对/);
  await first.fill({ code });
  assert.equal(await first.press("下一步"), 200);
  await first.look("setup", { english: false });
  assert.equal(await first.page.locator("#checks .yz-chk").count(), 8, "the machine is checked");
  assert.equal(await first.page.locator("#checks .is-stop").count(), 0, await first.text("#checks"));
  assert.equal(await first.page.locator("[name=pack]").count(), 7, "six packs, or later");
  assert.equal(await first.page.locator("[name=pack]:checked").count(), 0, "the county chooses");

  // The county is found by province and city, without leaving the page.
  for (const [name, code] of [["province", "34"], ["city", "3415"], ["place", "341502"]]) {
    const listed = first.page.waitForResponse((r) => r.url().endsWith("/setup"));
    await first.page.selectOption(`[name=${name}]`, code);
    await listed;
  }
  await first.page.locator("#where [role=status]").waitFor();
  assert.match(await first.text("#where [role=status]"), /已找到：2\d 个乡镇街道、\d+ 个村和社区/);
  assert.equal(await first.page.inputValue("[name=place]"), "341502");
  await first.look("setup-where", { english: false });

  const english = await at.visitor({ lang: "en" });
  await english.open("/setup");
  await english.fill({ code });
  await english.press("Next");
  await english.look("setup-en", { english: false });
  await english.saysChinese("setup-en");

  // Faults come back all at once, with what was typed.
  const typed = { county: "990101", ...OFFICE };
  for (const [id, { name, login, password }] of Object.entries(PEOPLE)) {
    Object.assign(typed, { [`${id}_name`]: name, [`${id}_login`]: login });
    Object.assign(typed, { [`${id}_password`]: password, [`${id}_again`]: password });
  }
  await first.page.check("[name=pack][value=jinan]");
  await first.fill({ ...typed, system_again: "Tk8rn2-wxe/HX", security_login: "xitong" });
  assert.equal(await first.press("建好县和四个账号"), 422);
  assert.equal(await first.page.locator(".yz-faults li").count(), 2);
  assert.equal(await first.page.inputValue("[name=audit_name]"), "何例丙");
  assert.equal(await first.page.inputValue("[name=audit_password]"), "", "passwords do not come back");
  assert.ok(await first.page.isChecked("[name=pack][value=jinan]"), "the pack stays chosen");
  await first.look("setup-faults", { english: false });

  await first.fill(typed);
  assert.equal(await first.press("建好县和四个账号"), 422, "an invented county needs a name");
  assert.match(await first.text(".yz-faults"), /区划代码/);
  await first.fill({ ...typed, county_name: "例山县" });
  assert.equal(await first.press("建好县和四个账号"), 200);
  assert.match(await first.text(), /例山县 990101/);
  assert.match(await first.text(), /办法已采用：村级班子年度综合考核办法/);
  const given = await first.page.locator("tr", { hasText: "zuzhi" }).locator("code").innerText();
  await first.look("setup-done", { english: false });

  await first.open("/setup");
  assert.equal(first.path, "/login", "set-up is over");

  for (const { login, password, home } of Object.values(PEOPLE)) {
    const admin = await at.visitor();
    await admin.signIn(login, password);
    assert.equal(admin.path, home);
    assert.equal(await admin.open("/villages"), 403, "administrators see no villages");
  }

  const office = await at.visitor();
  await office.tryLogin("zuzhi", given);
  assert.equal(office.path, "/login/password", "the first password must be changed");
  await office.look("new-password");
  await office.fill({ old: given, new: "zuzhi12345", again: "zuzhi12345" });
  assert.equal(await office.press("保存并进入"), 422);
  assert.ok((await office.page.locator(".yz-faults li").count()) > 0);
  const own = "Bn5xs8-fkj/QD";
  await office.fill({ old: given, new: own, again: own });
  await office.press("保存并进入");
  assert.equal(office.path, "/");
  await office.look("home-empty");
  await office.open("/packs");
  assert.match(await office.text(), /村级班子年度综合考核办法/, "the pack of the set-up");
});
