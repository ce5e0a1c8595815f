// A new version of a pack: drafted in cells, checked beside them, compared, tried, approved by another and frozen
// (mechanisms G6, W3, J8).
import assert from "node:assert/strict";
import { onBoth, PHONE } from "./lib.mjs";

onBoth("a new version of a pack", async (at) => {
  const office = await at.as("zuzhi");
  await office.open("/packs");
  await office.look("packs");
  const colours = office.page.locator("tbody tr", { hasText: "研判颜色" }).locator("th a").first();
  assert.equal(await office.leave(() => colours.click()), 200);
  const version = office.path;
  await office.look("pack");
  assert.equal(await office.press("运行自测案例"), 200);
  assert.ok(!(await office.text()).includes("✕ 不过"), "the carried pack's cases pass");
  await office.look("pack-cases");

  // A draft: a version that is there already is refused, a new one begins.
  await office.open(version);
  const known = (await office.text(".yz-head p")).match(/版本 (\S+?)·/)[1];
  const begin = async (number) => {
    await office.fill({ version: number, from: "2027-01-01" }, "#begin form");
    return office.press("起草", "#begin");
  };
  assert.equal(await begin(known), 422, "a version stands once");
  assert.equal(await begin("2027.9"), 200);
  const draft = office.path;
  await office.look("pack-draft");

  // A cell is changed with Enter; what it did is told, undone and done again.
  const age = () => office.page.locator("#r-colours-1 [name='c.secretary_age']");
  const was = await age().inputValue();
  const write = async (text) => {
    await age().fill(text);
    return office.leave(() => age().press("Enter"));
  };
  assert.equal(await write(">= 50"), 200);
  assert.match(await office.text("#steps"), />= 50/);
  assert.equal(await office.press("撤销", ".yz-acts"), 200);
  assert.equal(await age().inputValue(), was);
  assert.equal(await office.press("重做", ".yz-acts"), 200);
  assert.equal(await age().inputValue(), ">= 50");

  // A wrong cell is marked; the draft does not go on until it is mended.
  assert.equal(await write("fifty"), 200);
  assert.equal(await office.page.locator("#r-colours-1 td.is-bad").count(), 1);
  assert.match(await office.text("#check"), /处错误/);
  await office.look("pack-draft-faults");
  assert.equal(await office.press("送审", "#persons"), 422);
  assert.equal(await write(">= 50"), 200);

  // Two at the same draft: the second is told, and nothing typed is lost.
  const page = await office.page.context().newPage();
  await page.goto(at.url + office.path);
  await page.locator("#r-colours-2 [name='c.basis']").fill("第四条之三");
  assert.equal(await write(">= 51"), 200);
  await page.locator("#r-colours-2 [name='c.basis']").press("Enter");
  await page.locator(".yz-faults").waitFor();
  assert.match(await page.locator(".yz-faults").innerText(), /刚改过这份草稿/);
  assert.equal(await page.locator("#r-colours-2 [name='c.basis']").inputValue(), "第四条之三");
  await page.close();

  // What changed, what it would do today, and the workbook out and in.
  await office.open(`${draft}/diff`);
  assert.match(await office.text(".yz-diff"), /2027\.9/);
  assert.ok((await office.page.locator(".yz-diff ins").count()) >= 2);
  await office.look("pack-diff");
  await office.open(`${draft}/whatif`);
  assert.match(await office.text("#colours"), /\d+ 村变颜色/);
  assert.ok((await office.page.locator("#colours tbody tr").count()) >= 1, "a lower age makes villages red");
  await office.look("pack-whatif");
  await office.open(draft);
  const { bytes } = await office.download("导出 Excel", ".yz-acts");
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  const bring = async (buffer) => {
    await office.page.setInputFiles("#f-book", { name: "办法.xlsx", mimeType: "application/octet-stream", buffer });
    return office.press("读入", "#book");
  };
  assert.equal(await bring(Buffer.from("nothing")), 422);
  assert.equal(await bring(bytes), 200);
  await office.page.setViewportSize(PHONE);
  await office.open(draft);
  await office.look("pack-draft-phone", { english: false });

  // Submitted; who drafted cannot approve, another can, with a reason while cases fail; then it is frozen.
  await office.open(draft);
  assert.equal(await office.press("送审", "#persons"), 200);
  assert.match(await office.text("#persons"), /不能自己批准/);
  assert.equal(await office.page.getByRole("button", { name: "批准并冻结" }).count(), 0);
  const other = await at.visitor();
  await other.signIn("shuangzhong", at.password("shuangzhong"));
  if (other.path.startsWith("/roles")) await other.leave(() => other.page.locator("main form button").first().click());
  await other.open(draft);
  assert.equal(await other.press("批准并冻结", "#persons"), 422, "cases fail: a reason is due");
  await other.look("pack-approve", { english: false });
  await other.fill({ reason: "年龄界限按新口径，案例随后改" }, "#persons form");
  assert.equal(await other.press("批准并冻结", "#persons"), 200);
  assert.match(other.path, /^\/packs\/\d+$/);
  assert.match(await other.text(".yz-acts"), /未到生效日/);
  await other.open(draft);
  assert.equal(await other.page.locator("#colours .is-do button").count(), 0, "nothing to change any more");
  assert.match(await other.text(), /已批准并冻结/);
  const town = await at.as("zhen");
  assert.equal(await town.open(draft), 403, "drafts are the county's");
  assert.equal(await town.open(other.path.replace(/drafts\/.*/, "")), 200);
});
