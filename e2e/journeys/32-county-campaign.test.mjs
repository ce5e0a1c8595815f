// J1, W6: the county's own exam for officers: published to the public's pages by the exchange, applied for on phones without an
// account, corrected, withdrawn, a neighbour recommended; letters taken in, checked, seated, marked by two accounts blind to each
// other and settled by a third; what came of it read by receipt and words alone.
import assert from "node:assert/strict";
import { advance, answer, checkAll, closed, closing, identity, local, mark, qualify, review } from "./campaigns.mjs";
import { PHONE, onBoth } from "./lib.mjs";

const TITLE = "2026年乡村振兴专干招录";

/** A campaign of the county, published; gives its address. */
async function publish(office, kind, title, closes) {
  await office.open("/campaigns/new");
  await office.page.locator(`[name=kind][value=${kind}]`).check();
  await office.fill({ title, apply_from: local(Date.now() - 3_600_000), apply_to: local(closes), help: "区委组织部 0990-0000001" });
  await office.page.locator("main [name^='seats.']").first().fill("1");
  assert.equal(await office.press("存成草稿"), 200);
  const path = office.path;
  assert.equal(await office.press("发布"), 200);
  return path;
}

/** Applies on a phone; gives receipt and words. */
async function apply(who, k, name) {
  const next = async () => assert.equal(await who.press("下一步", "body"), 200, await who.text("body"));
  const choose = (field, value) => who.page.locator(`[name=${field}][value="${value}"]`).check({ force: true });
  await who.open("/");
  await who.press(TITLE, "body");
  await who.press("我要报名", "body");
  await who.page.locator("#f-consent").check();
  await who.fill({ name, identity: identity(k), phone: `1390000000${k}` });
  await next();
  await choose("education", "30");
  await choose("full_time", "1");
  await who.fill({ school: "例川学院", graduated_on: "2018-06", political: "13" });
  await next();
  await who.page.locator("#f-place").selectOption({ index: 1 });
  await choose("source", await who.page.locator("[name=source]").first().getAttribute("value"));
  for (const box of await who.page.locator("[name=declares]").all()) await box.check();
  await who.fill({ household: "例村" });
  await next();
  assert.equal(await who.press("交上", "body"), 200);
  return who.page.locator(".yz-code").allInnerTexts();
}

/** Looks up; gives the answer's status. */
async function lookUp(who, [receipt, words]) {
  await who.open("/status");
  await who.fill({ receipt, words });
  return who.press("查进度", "body");
}

/** Another account of the county's office, made by the security administrator; signed in. */
async function third(j) {
  const security = await j.as("anquan");
  await security.open("/accounts/new");
  await security.fill({ name: "何例戊", login: "zuzhi9", phone: "19900009999", role: "county-office", unit: "示例区委组织部", county: "990101" });
  assert.equal(await security.press("新建账号"), 200, await security.text());
  const first = (await security.text(".yz-code")).trim();
  const who = await j.visitor();
  await who.tryLogin("zuzhi9", first);
  await who.fill({ old: first, new: "Bn5xs8-fkj/QD", again: "Bn5xs8-fkj/QD" });
  assert.equal(await who.press("保存并进入"), 200);
  return who;
}

onBoth("J1 W6 the county's exam, applied for on the phone", { pages: true, minutes: 7 }, async (j) => {
  const office = await j.as("zuzhi");
  const closes = closing(100);
  const path = await publish(office, "officer_exam", TITLE, closes);
  await publish(office, "reserve_selection", "2026年后备力量选拔", closes);
  await j.exchange();

  // Three apply, one of whom mends the own data and one withdraws; a neighbour is recommended where the measures let one be.
  const who = await j.visitor({ size: PHONE, url: j.pages });
  const one = await apply(who, 1, "张例一");
  const two = await apply(who, 2, "张例二");
  const gone = await apply(who, 3, "张例三");
  await who.open("/");
  await who.press(TITLE, "body");
  assert.equal(await who.page.locator("a", { hasText: "推荐别人" }).count(), 0, "an exam knows no recommendation");
  await who.open("/");
  await who.press("2026年后备力量选拔", "body");
  await who.press("推荐别人", "body");
  const village = await who.page.locator("[name=village] option[value]:not([value=''])").first().getAttribute("value");
  await who.fill({ name: "钱例七", village, reason: "办合作社，带着大家种茶", by_name: "例村民", by_phone: "13900000009" });
  await who.page.locator('[name=by_kind][value="resident"]').check({ force: true });
  assert.equal(await who.press("交上推荐", "body"), 200);
  await j.exchange();
  await office.open(`${path}/entries`);
  for (const name of ["张例一", "张例二", "张例三"]) assert.match(await office.text(), new RegExp(name));
  await office.look("county-entries");
  assert.equal(await lookUp(who, one), 200);
  await who.press("看和改我填的", "body");
  await who.fill({ school: "例川大学" });
  assert.equal(await who.press("交上改好的", "body"), 200);
  assert.equal(await lookUp(who, gone), 200);
  await who.press("撤回报名", "body");
  assert.equal(await who.press("撤回我的报名", "body"), 200);
  await j.exchange();
  assert.ok(Date.now() < closes, "applications were open all the while");

  // Who withdrew reads what somebody reads whose receipt is wrong; nothing of the own data is left at the county.
  const read = [];
  for (const slip of [gone, [two[0], "山水00"]]) {
    assert.equal(await lookUp(who, slip), 404);
    read.push(await who.text("body"));
  }
  assert.equal(read[0], read[1]);
  await office.open(`${path}/entries`);
  assert.doesNotMatch(await office.text(), /张例三/);
  assert.match(await office.text(), /（已撤回）/);
  await office.open("/campaigns");
  await office.look("campaigns");
  await office.press("2026年后备力量选拔");
  await office.press("报名", ".yz-tabs");
  assert.match(await office.text("tbody"), /钱例七[\s\S]*被推荐，待本人同意/);

  // Checked by the county: what lacks is read on the phone, too.
  await closed(office, closes);
  await who.open("/");
  await who.press(TITLE, "body");
  await who.look("public-closed");
  assert.equal(await who.page.locator("a", { hasText: "我要报名" }).count(), 0);
  await advance(office, path);
  await office.open(`${path}/entries`);
  const href = (name) => office.page.locator("tbody th a", { hasText: name }).getAttribute("href");
  const entries = [await href("张例一"), await href("张例二")];
  await office.open(entries[0]);
  assert.match(await office.text(), /例川大学[\s\S]*本人改了报名信息/);
  const diploma = office.page.locator("#f-materials li", { hasText: "毕业证书" });
  await diploma.locator("[name=note]").fill("编号看不清");
  assert.equal(await office.leave(() => diploma.locator("button", { hasText: "要补" }).click()), 200);
  await office.look("county-entry");
  await j.exchange();
  assert.equal(await lookUp(who, one), 200);
  assert.match(await who.text(), /请补：.*毕业证书（编号看不清）/);
  await who.look("public-status-need");
  for (const entry of entries) {
    await office.open(entry);
    await checkAll(office);
    await qualify(office);
  }
  await advance(office, path);
  await review(j, office, path);
  await answer(j);
  await office.open(path);
  assert.equal(await office.press("无异议的一并通过"), 200);
  await advance(office, path);

  // The day of the exam and the seats; the ticket is on the phone, the paper for who has none in the office.
  await office.open(path);
  await office.page.locator("#f-planned .yz-f", { hasText: "笔试" }).locator("input").fill("12月6日 9:00");
  assert.equal(await office.press("存日程"), 200);
  await office.open(`${path}/marks`);
  await office.fill({ rooms: "第1考场，1\n第2考场" }, "#f-rooms form");
  assert.equal(await office.press("排座位", "#f-rooms form"), 422);
  assert.match(await office.text(".yz-faults"), /第 2 行读不懂/);
  await office.fill({ rooms: "第1考场，1\n第2考场，1" }, "#f-rooms form");
  assert.equal(await office.press("排座位", "#f-rooms form"), 200);
  const paper = await office.download("准考证");
  assert.equal(paper.bytes.subarray(0, 2).toString(), "PK");
  office.keep("tickets.docx", paper.bytes);
  await j.exchange();
  assert.equal(await lookUp(who, one), 200);
  assert.match(await who.text(), /资格初审[\s\S]*通过[\s\S]*县级联审[\s\S]*通过/);
  await who.look("public-status-ticket");
  assert.equal(await who.press("准考证", "body"), 200);
  assert.match(await who.text(), /张例一[\s\S]*12月6日 9:00[\s\S]*第\d考场/);
  await who.look("public-ticket");

  // Marks: two accounts, each without the other's; a third settles what differs.
  const other = await j.as("shuangzhong");
  await mark(office, path, [[entries[0], ["81"]], [entries[1], ["70"]]]);
  await other.open(`${path}/marks`);
  assert.match(await other.text("#grid"), /已录一次/);
  assert.doesNotMatch(await other.text("#grid"), /81|70/, "the second entry is blind");
  await mark(other, path, [[entries[0], ["82"]], [entries[1], ["70"]]]);
  assert.match(await other.text("#grid"), /不一致/);
  assert.equal(await other.page.locator("form[action$='/settle']").count(), 0, "not by who typed");
  await other.look("county-marks-differ");
  await office.open(`${path}/ranking`);
  assert.match(await office.text(), /1 人的成绩没有录完/);
  const judge = await third(j);
  await judge.open(`${path}/marks`);
  const settle = "form[action$='/settle']";
  await judge.fill({ value: "81", reason: "　" }, settle);
  assert.equal(await judge.leave(() => judge.page.locator(`${settle} button`).click()), 422, "how it was looked up is asked for");
  await judge.look("county-settle", { english: false });
  await judge.fill({ value: "81", reason: "卷面是 81" }, settle);
  assert.equal(await judge.leave(() => judge.page.locator(`${settle} button`).click()), 200);
  await office.open(`${path}/ranking`);
  assert.match(await office.text("tbody"), /81\.00[\s\S]*70\.00/);
  assert.ok(!(await office.text()).includes("张例"), "numbers until the list is confirmed");
  assert.equal(await office.press("以我的名义确认名单"), 200);
  await advance(office, path);
  await j.exchange();
  assert.equal(await lookUp(who, two), 200);
  assert.match(await who.text(), /笔试[\s\S]*通过[\s\S]*面试/);
  await who.look("public-status-on");

  // What the applicant asks is answered by the office, and read by nobody else.
  assert.equal(await who.press("要求说明或复核", "body"), 200);
  await who.fill({ text: "请复核我的笔试成绩" });
  assert.equal(await who.press("交上", "body"), 200);
  await j.exchange();
  await office.open("/tasks");
  assert.match(await office.text(), /答复报名人的询问 1 件/);
  await office.open(entries[1]);
  assert.match(await office.text("#f-answer"), /请复核我的笔试成绩/);
  await office.look("county-asked");
  await office.page.locator("#f-answer [name=answer]").fill("已核对卷面，成绩无误");
  assert.equal(await office.press("答复本人", "#f-answer"), 200);
  await j.exchange();
  assert.equal(await lookUp(who, two), 200);
  assert.match(await who.text(), /已核对卷面，成绩无误/);
  await who.look("public-status-answered");
  assert.equal(await lookUp(who, one), 200);
  assert.doesNotMatch(await who.text(), /已核对卷面/);

  // A township with seats in it sees its own part, and no other.
  const [town, next] = [await j.as("zhen"), await j.as("zhen2")];
  assert.equal(await town.open(path), 200);
  assert.equal(await town.page.locator(".yz-head button", { hasText: "进入" }).count(), 0);
  assert.equal(await town.open(entries[0]), 200);
  assert.equal(await next.open(path), 404);
  assert.equal(await next.open(entries[0]), 404);
});
