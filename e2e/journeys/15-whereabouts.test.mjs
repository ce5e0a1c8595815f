// Whereabouts and employment kept current: who was not asked for too long is found, asked by a link or by telephone, noted
// (mechanisms H1, G5).
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

/** A day from today, as a form writes it. */
function day(offset) {
  const at = new Date();
  at.setDate(at.getDate() + offset);
  return [at.getFullYear(), at.getMonth() + 1, at.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
}

onBoth("whereabouts kept current", async (at) => {
  const town = await at.as("zhen");
  const due = async () => {
    await town.open("/people?view=untold");
    const [, n] = (await town.text(".yz-head p")).match(/([\d,]+) 人；/);
    return Number(n.replace(",", ""));
  };
  const before = await due();
  assert.ok(before > 1, `${before} persons are due`);
  assert.ok((await town.page.locator("tbody tr .yz-missing").count()) > 1, "each says what is missing");
  await town.look("people-untold");
  const person = town.page.locator("tbody th a").first();
  const name = await person.innerText();
  await town.leave(() => person.click());
  const file = town.path;
  assert.match(await town.text("#told"), /缺·(超过|没有问过)/);
  await town.page.locator("#told summary", { hasText: "记一次核实" }).click();
  await town.look("person-told", { english: false });
  await town.fill({ place: "外出务工（苏州）", employment: "电子厂班长", intention: "愿回村任职", how: "电话" }, "#told form");
  assert.equal(await town.press("记下", "#told form"), 200);
  assert.equal(await town.page.locator("#told .yz-missing").count(), 0, "nothing is missing now");
  assert.match(await town.text("#told"), /外出务工（苏州）[\s\S]*电子厂班长[\s\S]*愿回村任职/);
  const history = town.page.locator("#told summary", { hasText: "历次核实" });
  await history.click();
  assert.match(await town.text("#told"), /历次核实 \d+ 次[\s\S]*电话/);
  await town.look("person-asked", { english: false });

  assert.equal(await due(), before - 1, "one less is due");
  assert.equal(await town.page.locator("tbody th a", { hasText: name }).and(town.page.locator(`[href="${file}"]`)).count(), 0);
  const county = await at.as("zuzhi");
  await county.open(`${file}?part=history`);
  assert.match(await county.text(".yz-changes"), /外出务工（苏州） 电子厂班长 愿回村任职 电话/);
  assert.match(await county.text(".yz-changes"), /去向记录/);
});

onBoth("H1 G5 whereabouts asked by links and by telephone", { pages: true }, async (at) => {
  await at.exchange();
  const town = await at.as("zhen");
  const who = await at.visitor({ size: PHONE, url: at.pages });
  const send = () => who.press("交上", "body");

  // Three are ticked; the links are there to be seen once.
  await town.open("/people?view=untold");
  const rows = town.page.locator("tbody tr");
  const called = await rows.nth(3).locator("th a").getAttribute("href");
  for (const i of [0, 1, 2]) await rows.nth(i).locator("[name=id]").check();
  await town.page.locator(".yz-bulk button", { hasText: "发核实链接" }).click();
  assert.match(await town.text("dialog#confirm"), /每个人做一个核实链接/);
  assert.equal(await town.leave(() => town.page.locator("dialog#confirm [data-yes]").click()), 200);
  assert.match(await town.text("h1"), /3 个链接/);
  const links = (await town.page.locator("tbody code").allInnerTexts()).map((href) => href.replace(at.pages, ""));
  assert.ok(links.length === 3 && links.every((link) => /^\/q\/[0-9A-Za-z]{20}$/.test(link)), links.join());
  const names = await rows.locator("th a").allInnerTexts();
  const files = await rows.locator("th a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  await town.look("inquiry-links", { english: false });
  await town.open("/inquiries?show=open");
  for (const name of names) assert.match(await town.text("#list"), new RegExp(name));
  assert.ok(!(await town.text()).includes("/q/"), "the links are not to be found again");
  await town.look("inquiries-open");

  // Nobody can open one before the county published it; then it tells a surname and who asks, no more.
  assert.equal(await who.open(links[0]), 404);
  assert.match(await who.text(), /这个链接不能用了/);
  await who.look("inquiry-over");
  await at.exchange();
  assert.equal(await who.open(links[0]), 200);
  assert.match(await who.text(), new RegExp(`${names[0][0]}＊`));
  assert.ok(!(await who.text()).includes(names[0]), "no whole name");
  assert.equal((await who.page.context().cookies()).length, 0, "no cookie");
  await who.look("inquiry");
  await who.fill({ employment: "电子厂班长" });
  assert.equal(await send(), 422, "where is asked for");
  await who.look("inquiry-fault", { english: false });
  await who.fill({ place: "外出务工（苏州）", intention: "愿回村任职" });
  assert.equal(await send(), 200);
  assert.match(await who.text("h1"), /收到了/);
  await who.look("inquiry-received");
  await who.open(links[0]);
  assert.match(await who.text("h1"), /收到了/);
  assert.doesNotMatch(await who.text("body"), /苏州|班长|任职/, "what was told is told to nobody");
  await who.open(links[1]);
  await who.fill({ place: "在月球" });
  assert.equal(await send(), 200);

  // What came waits for the office: one answer is taken over, the other refused with a reason.
  await at.exchange();
  assert.equal(await who.open(links[0]), 404, "used up");
  await town.open("/tasks");
  assert.match(await town.text(), /采用网上填的去向 2 人/);
  await town.open("/inquiries");
  assert.match(await town.text("#list"), /外出务工（苏州）\s电子厂班长\s愿回村任职/);
  await town.look("inquiries");
  const row = (name) => town.page.locator("#list tbody tr", { hasText: name });
  const decline = async (reason) => {
    const form = row("在月球").locator("details form");
    if (!(await form.isVisible())) await row("在月球").locator("summary").click();
    await form.locator("[name=reason]").fill(reason);
    return town.leave(() => form.locator("button").click());
  };
  assert.equal(await decline("　"), 422, "a blank is no reason");
  assert.match(await town.text(".yz-faults"), /请写为什么不采用/);
  assert.equal(await decline("不是本人填的"), 200);
  assert.equal(await town.leave(() => row("苏州").locator("button", { hasText: "采用" }).first().click()), 200);
  await town.open(files[0]);
  assert.match(await town.text("#told"), /外出务工（苏州）[\s\S]*电子厂班长[\s\S]*愿回村任职/);
  assert.match(await town.text("#told"), /已采用/);
  await town.open(files[1]);
  assert.doesNotMatch(await town.text("#told"), /现在去向[\s\S]{0,10}在月球/);

  // The third is taken back: its link reads like one that never was.
  await town.open("/inquiries?show=open");
  assert.equal(await town.leave(() => row(names[2]).locator("button", { hasText: "收回" }).click()), 200);
  await at.exchange();
  const never = links[2].slice(0, -4) + (links[2].endsWith("2222") ? "3333" : "2222");
  const over = [];
  for (const link of [links[2], never]) {
    assert.equal(await who.open(link), 404);
    over.push(await who.text("body"));
  }
  assert.match(over[0], /这个链接不能用了/);
  assert.equal(over[0], over[1]);
  await town.open("/inquiries?show=past");
  assert.match(await town.text("#list"), /不是本人填的/);
  await town.look("inquiries-past");

  // By telephone: nobody answers, then somebody does.
  const call = `${called}/call`;
  await town.open(call);
  await town.look("call");
  await town.page.locator("[name=outcome][value=unanswered]").check();
  await town.fill({ again_on: day(0), note: "家人接的" });
  assert.equal(await town.press("记下"), 422, "today is over");
  assert.match(await town.text(".yz-faults"), /再打的日子要在今天以后/);
  await town.fill({ again_on: day(3) });
  assert.equal(await town.press("记下"), 200);
  await town.open("/inquiries?show=again");
  assert.match(await town.text("#list"), /电话没人接[\s\S]*再打[\s\S]*家人接的/);
  assert.equal(await town.press("打电话", "#list tbody"), 200);
  await town.page.locator("[name=outcome][value=reached]").check();
  await town.fill({ place: "在村", employment: "种茶", intention: "" });
  assert.equal(await town.press("记下"), 200);
  assert.match(await town.text("#told"), /在村[\s\S]*种茶/);
  await town.open("/inquiries?show=again");
  assert.match(await town.text("#list"), /这里没有/);
  const other = await at.as("zhen2");
  assert.equal(await other.open(call), 404);
});
