// A filing of a village's secretary: drafted and studied by the township, stopped where the law forbids, completed,
// agreed with a number, announced; the duty written for the post (mechanisms C2, G6).
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

const PDF = { name: "材料.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4\n%%EOF\n") };

onBoth("a secretary's filing", async (at) => {
  const town = await at.as("zhen");
  const county = await at.as("zuzhi");

  // A village whose secretary is also director: the removal touches one track alone.
  await town.open("/posts");
  const villages = await town.page.locator("#trend tbody th a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
  const seats = async (id) => {
    const rows = town.page.locator(`#${id} tbody tr`);
    return rows.evaluateAll((all) => all.map((r) => [r.querySelector("th a")?.innerText ?? "", r.querySelector("td").innerText]));
  };
  let team = "";
  let [chief, deputy] = ["", ""];
  for (const one of villages) {
    await town.open(one);
    const [party, elected] = [await seats("party"), await seats("elected")];
    chief = party.find(([, post]) => post === "村党组织书记")?.[0];
    deputy = party.find(([, post]) => post === "村党组织副书记")?.[0];
    team = one;
    if (chief && deputy && elected.some(([name, post]) => name === chief && post === "村委会主任")) break;
  }
  assert.ok(chief && deputy, "a village with a secretary, who is director, and a deputy");
  await town.look("team");

  assert.equal(await town.press("起草任职备案", ".yz-head"), 200);
  await town.look("filing-begin");
  assert.equal(await town.press("开始起草"), 200);
  const filing = town.path;
  assert.match(await town.text(".yz-steps"), /起草[\s\S]*系统核对[\s\S]*县级意见/);

  /** Writes into the draft who takes or leaves a post; the status of the page after it. */
  const write = async (form, fields, button) => {
    for (const [name, value] of Object.entries(fields)) {
      const field = town.page.locator(`#${form} [name=${name}]`);
      if ((await field.evaluate((e) => e.tagName)) !== "SELECT") await field.fill(value);
      else {
        const option = field.locator("option").filter({ hasText: value }).first();
        await field.selectOption(await option.getAttribute("value"));
      }
    }
    return town.leave(() => town.page.locator(`#${form} button`, { hasText: button }).click());
  };
  const grounds = { reason: "本人因病书面请求，已谈话", basis: "《办法》第十二条" };
  await write("leave", { holding: `${chief} 村党组织书记`, way: "免职", ...grounds }, "写入离任");
  await write("leave", { holding: `${chief} 村委会主任`, way: "免职", ...grounds }, "写入离任");
  assert.match(await town.text(".yz-guard"), /已拦下[\s\S]*村民委员会成员/);
  assert.deepEqual(await town.page.locator(".yz-ways b").allInnerTexts(), ["本人辞职", "罢免表决", "职务终止", "任期届满"]);
  assert.ok(!(await town.text(".yz-tracks > div")).includes("村委会主任"), "the seat is not written into the filing");
  const take = { post: "村党组织书记", person: deputy, way: "上级党组织任命", reason: "班子接续", basis: "《办法》第十条" };
  await write("appoint", take, "写入任职");
  assert.match(await town.text(".yz-tracks"), new RegExp(`${chief}[\\s\\S]*拟免职[\\s\\S]*${deputy}[\\s\\S]*拟任职`));
  assert.match(await town.text(".yz-tracks > div:nth-child(2)"), new RegExp(`${chief}[\\s\\S]*仍在任`));
  await town.page.locator("#checks details").first().locator("summary").click();
  await town.look("filing-draft");

  // Documents, all but one that is asked for.
  const lacks = () => town.page.locator("#documents li", { has: town.page.locator(".yz-missing") });
  const wanted = await lacks().filter({ hasNotText: "（选填）" }).count();
  assert.ok(wanted >= 2, `${wanted} documents are asked for`);
  const bring = async () => {
    const one = lacks().filter({ hasNotText: "（选填）" }).first();
    await one.locator("summary").click();
    await one.locator("input[type=file]").setInputFiles(PDF);
    assert.equal(await town.leave(() => one.locator("form button").click()), 200);
  };
  for (let i = 1; i < wanted; i++) await bring();

  assert.equal(await lacks().filter({ hasNotText: "（选填）" }).count(), 1);
  await town.page.locator("#study [name=text]").fill("11月20日镇党委会研究，7人到会，7票同意");
  for (const field of await town.page.locator("#study input[name^=explain]").all()) {
    await field.fill("已在备案表写明分工");
  }
  assert.equal(await town.leave(() => town.page.locator("#study button").click()), 200);
  assert.equal(await town.press("报送县级", "#next"), 200);
  assert.match(await town.text("#next"), /等县级意见/);

  const neighbour = await at.as("zhen2");
  for (const path of [filing, `${filing}/form.pdf`]) assert.equal(await neighbour.open(path), 404, `${path} is hidden`);
  await neighbour.open("/filings");
  assert.match(await neighbour.text(), /这里还没有备案/);

  // The county: not without the documents; it asks, the township completes, it agrees with a number.
  await county.open("/filings");
  assert.match(await county.text(".yz-figs"), /待我出具意见\s*1/);
  assert.match(await county.text("tbody"), /缺 1 份；拦下 1 处/);
  await county.look("filings");
  await county.leave(() => county.page.locator("tbody th a").first().click());
  assert.equal(county.path, filing);
  assert.match(await county.text("#opinion"), /还缺 1 项材料，不能同意/);
  const answer = async (opinion, text) => {
    await county.page.getByRole("radio", { name: opinion, exact: false }).first().check();
    await county.page.locator("#opinion [name=text]").fill(text);
    return county.leave(() => county.page.locator("#opinion button.btn-primary").click());
  };
  assert.equal(await answer("同意", ""), 422, "not while a document is missing");
  assert.match(await county.text("#opinion .yz-faults"), /材料/);
  assert.equal(await answer("补齐材料后再报", ""), 422, "not without saying what");
  await county.look("filing-county", { english: false });
  assert.equal(await answer("补齐材料后再报", "请补齐材料，并写明分工。"), 200);
  await town.open("/filings");
  assert.match(await town.text(".yz-figs"), /已停表待补正\s*1/);
  await town.open(filing);
  assert.match(await town.text("#opinion"), /补齐材料后再报[\s\S]*请补齐材料/);
  await bring();
  assert.equal(await town.press("补齐再报", "#next"), 200);
  await county.open(filing);
  assert.equal(await answer("同意", "同意。"), 200);
  const number = await county.page.locator("#opinion .yz-sheet-h [lang=zh]").innerText();
  assert.match(number, /2\d{3}.*1/, "a reply with a number");
  await county.look("filing-agreed");
  await county.open("/filings?show=answered");
  assert.ok((await county.text("tbody")).includes(number));

  // The township announces: the hold begins, the seat stays.
  await town.open(filing);
  assert.equal(await town.press("宣布任职", "#next"), 200);
  await town.open(team);
  const party = await seats("party");
  assert.deepEqual(party.find(([, post]) => post === "村党组织书记"), [deputy, "村党组织书记"]);
  const elected = await seats("elected");
  assert.ok(elected.some(([name, post]) => name === chief && post === "村委会主任"), "who was elected sits still");
  assert.ok((await town.text("#past")).includes(number), "the hold rests on the reply");

  // The written duty is the first stage of the cycle (C2).
  const row = town.page.locator("#party tbody tr", { hasText: deputy }).filter({ hasText: "村党组织书记" }).first();
  assert.match(await row.innerText(), /未定职/);
  await row.locator("summary", { hasText: "办理" }).click();
  await town.look("team-duty", { english: false });
  await row.locator("[name=text]").fill("抓党建\n管三资");
  assert.equal(await town.leave(() => row.locator("form[action$='/duty'] button").click()), 200);
  assert.match(await row.innerText(), /已定职/);
  await row.locator("summary", { hasText: "已定职" }).click();
  assert.match(await row.innerText(), /抓党建\s*管三资/);
  // An elected seat has no removal to choose here either.
  const seat = town.page.locator("#elected tbody tr", { hasText: chief }).first();
  const ways = await seat.locator("[name=way] option").allTextContents();
  assert.ok(ways.length > 2 && !ways.some((way) => /免职|调动|调任/.test(way)), `lawful ways alone: ${ways}`);

  await town.open(filing);
  assert.equal(await town.press("办结", "#next"), 200);
  assert.equal(await town.page.locator(".yz-tracks .is-plan").count(), 0, "what was carried out is no proposal");
  await town.look("filing-done");
  const paper = await town.download("备案表 PDF");
  assert.equal(paper.bytes.subarray(0, 5).toString(), "%PDF-");
  town.keep("filing-form.pdf", paper.bytes);
  const word = await town.download("备案表 Word");
  assert.equal(word.bytes.subarray(0, 2).toString(), "PK");

  // The profile of the village and the file of the new secretary tell the same.
  await county.open(team.replace(/\/posts$/, ""));
  assert.match(await county.page.locator("#team tbody tr", { hasText: deputy }).innerText(), /村党组织书记/);
  await county.look("village-team");
  await county.leave(() => county.page.locator("#team tbody th a", { hasText: deputy }).click());
  const file = county.path;
  await county.open(`${file}?part=posts`);
  assert.match(await county.text("main"), /村党组织书记[\s\S]*上级党组织任命/);
  await county.open(`${file}?part=history`);
  assert.match(await county.text(".yz-changes"), /定职 抓党建\s*管三资[\s\S]*职务 \S+ 村党组织书记 \S+日起 上级党组织任命/);
});
