// One file a person: made, found however its name is typed, claims proposed and decided, a number unmasked on record,
// the official forms (mechanism C10).
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

/** An invented identity number: the reserved area 99, with its check digit (GB 11643). */
function identity(area, birth, order) {
  const body = `${area}${birth}${order}`;
  const sum = [...body].reduce((sum, digit, i) => sum + digit * (2 ** (17 - i) % 11), 0);
  return body + "10X98765432"[sum % 11];
}

onBoth("one file a person", async (at) => {
  const town = await at.as("zhen");
  const county = await at.as("zuzhi");
  const number = identity("990101", "19900613", "002");

  await town.open("/people");
  await town.look("people");
  const village = await town.page.locator("tbody tr").first().locator("td[data-l=所在村]").innerText();
  await town.press("新建档案", ".yz-head");
  const option = town.page.locator("select[name=village] option", { hasText: village.trim().split(/\s+/).pop() }).first();
  const home = await option.getAttribute("value");
  await town.fill({ name: "欧阳华", village: home, identity: `${number.slice(0, 17)}${number.endsWith("1") ? "2" : "1"}` });
  assert.equal(await town.press("建档"), 422);
  assert.ok((await town.page.locator(".yz-faults li").count()) >= 2, "every fault at once");
  assert.equal(await town.page.inputValue("[name=name]"), "欧阳华", "what was typed stays");
  await town.look("people-new-faults", { english: false });
  await town.fill({
    name: "欧阳例华",
    identity: number,
    birth: "1990-06",
    sex: "2",
    phone: "19900001234",
    village: home,
    political: "01",
    party_on: "2015-07",
    education: "30",
    strengths: "会计、电商",
  });
  assert.equal(await town.press("建档"), 200, await town.text());
  const file = town.path;
  assert.match(await town.text("main"), /1990年6月（36 岁）/);
  assert.ok(!(await town.text()).includes(number), "the number is masked");

  // However the name is typed, by whoever may see the file.
  const short = village.trim().split(/\s+/).pop().replace(/[村社区]+$/, "");
  for (const typed of ["oylh", "ouyanglihua", "歐陽例華", `${short} 欧阳`, number]) {
    await county.open("/people");
    await county.fill({ q: typed }, ".yz-tools form[role=search]");
    await county.leave(() => county.page.locator(".yz-tools input[type=search]").press("Enter"));
    assert.ok(!county.path.includes(number), "no number in an address");
    if (typed === number) {
      assert.equal(county.path, file, "a number leads to its file");
      continue;
    }
    const found = county.page.locator("tbody th a", { hasText: "欧阳例华" });
    assert.equal(await found.count(), 1, `found by ${typed}: ${county.path}`);
    assert.equal(await found.getAttribute("href"), file);
  }
  await county.open("/people?q=欧阳例桦");
  assert.match(await county.text(), /没有完全相符的人/);
  await county.look("people-none");
  const neighbour = await at.as("zhen2");
  assert.equal(await neighbour.open(file), 404, "the township beside does not see it");
  await neighbour.open("/people?q=oylh");
  assert.equal(await neighbour.page.locator("tbody th a", { hasText: "欧阳例华" }).count(), 0);

  // Filters, kept as a view of one's own; columns; the workbook.
  await county.open("/people?view=reserves");
  await county.page.locator("summary", { hasText: "加条件" }).click();
  await county.page.locator(".yz-pop-b.is-wide [name=to]").fill("40");
  await county.page.locator(".yz-pop-b.is-wide [name=edu]").selectOption("30");
  await county.page.locator("button", { hasText: "按这些条件查" }).click();
  await county.page.locator(".yz-chip").nth(1).waitFor();
  assert.match(await county.text(".yz-filters"), /不超过 40 岁.*大专/s);
  assert.match(await county.text(".yz-head"), /当前条件下/);
  await county.page.locator("summary", { hasText: "存为视图" }).click();
  await county.fill({ name: "四十岁以下" }, "form[action='/people/views']");
  await county.press("存为视图", "form[action='/people/views']");
  await county.page.locator(".yz-tabs [aria-current=page]", { hasText: "我的·四十岁以下" }).waitFor();
  const columns = county.page.locator("details.yz-pop", { hasText: "选列" });
  await columns.locator("summary").click();
  await columns.locator("label", { hasText: "民族" }).locator("input").check();
  await county.look("people-columns", { english: false });
  await county.leave(() => columns.locator("button", { hasText: "用这些列" }).click());
  await county.page.locator("thead th", { hasText: "民族" }).waitFor();
  const ages = await county.page.locator("tbody td[data-l=年龄]").allInnerTexts();
  assert.ok(ages.length > 5 && ages.every((age) => Number(age) <= 40), `nobody is older: ${ages}`);
  const picks = county.page.locator("tbody .yz-tick input");
  await picks.nth(0).check();
  await picks.nth(1).check();
  assert.match(await county.text("[data-n]"), /已选 2 \//);
  await county.look("people-picked", { english: false });
  const table = await county.download("导出表格", ".yz-bulk");
  assert.match(table.name, /\.xlsx$/);
  assert.equal(table.bytes.subarray(0, 2).toString(), "PK");
  const forms = await county.download("导出 LRMX", ".yz-bulk");
  assert.match(forms.name, /\.zip$/);

  // What is recognised does not change by an edit: it waits, in sight, for whoever decides.
  await county.open(file);
  const birth = county.page.locator("#claims tr", { hasText: "出生年月" });
  assert.match(await birth.innerText(), /没有出处/);
  await birth.locator("summary").click();
  await birth.locator("[name=document]").fill("出生医学证明");
  assert.equal(await county.leave(() => birth.locator("button").click()), 200);
  assert.match(await birth.innerText(), /出生医学证明[\s\S]*已认定/);
  const education = county.page.locator("#claims tr", { hasText: "学历" }).first();
  await education.locator("summary").click();
  await education.locator("[name=document]").fill("毕业证书");
  await county.leave(() => education.locator("button").click());

  await town.open(`${file}/edit`);
  await town.fill({ birth: "1992-06", education: "20" });
  await town.press("保存");
  assert.match(await town.text(".yz-note.is-warn"), /有冲突[\s\S]*1992年6月[\s\S]*按原值使用/);
  assert.match(await town.text(".yz-dl"), /1990年6月（36 岁）/, "the recognised value is in use");
  await town.look("person-conflict");
  const decide = async (title, verdict, reason) => {
    await county.open(file);
    const row = county.page.locator("#claims tr", { hasText: title }).filter({ hasText: "待认定" });
    await row.locator("summary").click();
    await row.locator("[name=reason]").fill(reason);
    assert.equal(await county.leave(() => row.locator("button", { hasText: verdict }).click()), 200);
  };
  await decide("出生年月", "不予认定", "与出生医学证明不符");
  await decide("学历", "认定这个值", "学信网核验一致");
  assert.equal(await county.page.locator(".yz-note.is-warn").count(), 0, "no conflict is left");
  assert.match(await county.text(".yz-dl"), /1990年6月[\s\S]*大学本科/);
  assert.match(await county.text("#claims"), /不予认定/);

  // A number in full: for a reason, once, on record for whoever the file is of.
  const shows = async (reason) => {
    await town.open(file);
    await town.page.locator("summary", { hasText: "说明事由后查看" }).click();
    await town.fill({ field: "identity", reason }, `form[action='${file}/unmask']`);
    return town.press("查看", `form[action='${file}/unmask']`);
  };
  assert.equal(await shows("看看"), 422, "a reason has four characters at least");
  assert.match(await town.text(`form[action='${file}/unmask']`), /事由/);
  assert.equal(await shows("核对报名材料上的号码"), 200);
  assert.ok((await town.text(".yz-num-full")).includes(number));
  await town.look("person-unmasked", { english: false });
  await town.open(`${file}?part=looked`);
  assert.ok(!(await town.text()).includes(number), "and masked again");
  assert.match(await town.text(".yz-looks"), /查看完整号码/);
  assert.match(await town.text(".yz-looks"), /您（/);
  await town.look("person-looked");
  await town.open(`${file}?part=history`);
  assert.match(await town.text(".yz-changes"), /大专|大学专科[\s\S]*大学本科/);
  assert.ok(!(await town.text()).includes(number), "nor does the history tell it");
  await town.look("person-history");

  // The official form, on paper, in Word, and as the file that other systems read.
  const held = await county.page.goto(`${at.url}/people?view=secretaries`).then(() => county.page.locator("tbody th a").first());
  await county.leave(() => held.click());
  await county.look("person");
  const paper = await county.download("打印审批表");
  assert.match(paper.name, /\.pdf$/);
  assert.equal(paper.bytes.subarray(0, 5).toString(), "%PDF-");
  county.keep("approval-form.pdf", paper.bytes);
  const word = await county.download("Word");
  assert.equal(word.bytes.subarray(0, 2).toString(), "PK");
  county.keep("approval-form.docx", word.bytes);
  const lrmx = (await county.download("导出 LRMX")).bytes.toString();
  const name = await county.text("h1");
  assert.match(lrmx, /^<\?xml/);
  assert.ok(lrmx.includes(`<XingMing>${name}</XingMing>`), "the form names its person");
  for (const part of ["career", "posts", "documents"]) {
    await county.open(`${county.path.split("?")[0]}?part=${part}`);
    await county.look(`person-${part}`, { english: part === "posts" });
  }

  const auditor = await at.as("shenji");
  await auditor.open("/audit?of=990101");
  assert.match(await auditor.text("tbody"), /people|档案/);
});
