// A roster as an office sends it: checked, its columns chosen, written without the faulty rows, the same person found
// twice and merged, all of it taken back; appointment forms in and out (mechanism C10).
import assert from "node:assert/strict";
import { NARROW, onBoth } from "./lib.mjs";

/** An invented identity number: the reserved area 99, with its check digit (GB 11643). */
function identity(area, birth, order) {
  const body = `${area}${birth}${order}`;
  const sum = [...body].reduce((sum, digit, i) => sum + digit * (2 ** (17 - i) % 11), 0);
  return body + "10X98765432"[sum % 11];
}

onBoth("a roster", async (at) => {
  const town = await at.as("zhen");
  await town.open("/people");
  const place = await town.page.locator("tbody tr").first().locator("td[data-l=所在村]").innerText();
  const village = place.trim().split(/\s+/).pop();
  const [first, second] = [identity("990101", "19850603", "001"), identity("990101", "19900109", "002")];
  const wrong = second.slice(0, 17) + (second.endsWith("1") ? "2" : "1");
  const table = [
    ["村干部名册"],
    ["村", "姓 名", "性别", "出生", "身份证号码（18位）", "现任职务", "学历", "绰号", "联系电话"],
    [village, "欧例甲", "男", "1985.6", first, "委员", "大专", "种茶", "19900001234"],
    ["", "欧例乙", "女", "1990年1月", second, "", "高中", "", ""],
    [village, "欧例丙", "女", "1985-13", wrong, "", "本科", "", ""],
    ["无此村", "欧例丁", "男", "1991.02", "", "", "", "", ""],
    ["填表人：例某", "", "", "", "", "", "", "", ""],
  ];
  const csv = table.map((row) => row.join(",")).join("\n");

  const send = async (name, bytes) => {
    await town.open("/people/import");
    const buffer = Buffer.from(bytes);
    await town.page.setInputFiles("[name=file]", { name, mimeType: "application/octet-stream", buffer });
    return town.press("核对");
  };
  await town.press("导入名册", ".yz-head");
  await town.look("roster-choose");
  assert.equal(await send("名册.xls", "旧"), 422);
  assert.match(await town.text("[role=alert]"), /另存为 .xlsx/);
  assert.equal(await send("名册.csv", csv), 200);
  const preview = town.path;
  assert.match(preview, /^\/people\/import\/\d+$/);
  assert.match(await town.text(), /还没有写入任何数据/);
  assert.match(await town.text(), /导入 2 行/);
  assert.equal(await town.page.locator("td.yz-cellbad").count(), 3, "each wrong cell is marked");
  assert.ok(!(await town.text()).includes(first), "numbers are masked");
  await town.look("roster");
  await town.resize(NARROW);
  await town.shot("roster-narrow");
  await town.resize({ width: 1440, height: 900 });
  await town.open(`${preview}?show=bad`);
  assert.equal(await town.page.locator("tbody tr").count(), 2);

  // A column that nobody knows is chosen, and remembered for the same heads.
  await town.page.locator("summary.yz-sheet-h").click();
  await town.page.locator(".yz-f", { hasText: "绰号" }).locator("select").selectOption("strengths");
  assert.equal(await town.press("按这样再核对"), 200);
  assert.match(await town.text("summary.yz-sheet-h"), /“绰号”→ 熟悉专业和特长/);
  const { bytes } = await town.download("下载带批注的表", ".yz-acts");
  assert.equal(bytes.subarray(0, 2).toString(), "PK", "the rows come back as a workbook");

  assert.equal(await town.press("导入 2 行", ".yz-acts"), 200);
  const batch = town.path;
  assert.match(batch, /^\/people\/batches\/\d+$/);
  await town.look("roster-done");
  await town.open("/people?q=欧例");
  assert.equal(await town.page.locator("tbody th a").count(), 2);
  assert.equal(await send("带批注.xlsx", bytes), 200, "what came back can be sent again");
  assert.match(await town.text(), /导入 0 行/);

  // One person came twice, without a number: found, compared, merged, and made two again.
  assert.equal(await send("另册.csv", `村,姓名,性别,出生年月,手机\n${village},欧例甲,男,1985.7,19900001234\n`), 200);
  assert.equal(await town.press("导入 1 行", ".yz-acts"), 200);
  await town.open("/people/duplicates");
  await town.look("duplicates");
  const pair = town.page.locator("tbody tr", { hasText: "欧例甲" }).first();
  await town.leave(() => pair.locator("a", { hasText: "比对" }).click());
  await town.look("compare");
  assert.equal(await town.press("下一步：确认"), 200);
  await town.fill({ ground: "核对过身份证原件" });
  assert.equal(await town.press("确认合并"), 200);
  await town.open("/people?q=欧例甲");
  assert.equal(await town.page.locator("tbody th a").count(), 1, "one file of the two");
  await town.open("/people/merges");
  await town.look("merges");
  assert.equal(await town.press("撤销"), 200);
  await town.open("/people?q=欧例甲");
  assert.equal(await town.page.locator("tbody th a").count(), 2, "two again");

  // Appointment forms go out as a ZIP and come in as one.
  const neighbour = await at.as("zhen2");
  assert.equal(await neighbour.open(preview), 404);
  assert.equal(await neighbour.open(batch), 404);
  await town.open(batch);
  assert.equal(await town.press("撤销整批"), 200);
  assert.match(await town.text(), /1 人后来又改过，没有动/, "who was merged meanwhile is left, and said");
  await town.open("/people?q=欧例乙");
  assert.equal(await town.page.locator("tbody th a").count(), 0, "taken back");
  const form = `<?xml version="1.0" encoding="UTF-8"?><Person><XingMing>欧例戊</XingMing><XingBie>男</XingBie>
    <ChuShengNianYue>198803</ChuShengNianYue><XianRenZhiWu>${village}村民小组长</XianRenZhiWu><JianLi>2006.09--  务农</JianLi></Person>`;
  assert.equal(await send("欧例戊.lrmx", form), 200);
  assert.match(await town.text(), /核对审批表/);
  assert.equal(await town.press("导入 1 行", ".yz-acts"), 200);
  await town.leave(() => town.page.locator("tbody th a", { hasText: "欧例戊" }).click());
  const { bytes: again } = await town.download("导出 LRMX", ".yz-sheet-f");
  assert.match(again.toString(), /<XingMing>欧例戊<\/XingMing>/);
});
