// Facts from a table: the template, a file with faults, the table given back, the import, and taking it back.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

onBoth("facts from a table", async (at) => {
  const clerk = await at.as("zuzhi");
  const village = await clerk.firstVillage();
  const code = village.split("/").pop();
  const row = clerk.page.locator("#fact-secretary_age");
  const label = (await row.locator("th").innerText()).trim();
  const value = async () => {
    await clerk.open(village);
    return (await row.locator("td").first().innerText()).trim();
  };
  const before = await value();

  await clerk.open("/facts");
  await clerk.look("facts");
  for (const [words, name] of [["下载模板", "template"], ["导出 Excel", "export"]]) {
    const { bytes } = await clerk.download(words, "main .yz-acts");
    assert.equal(bytes.subarray(0, 2).toString(), "PK", `${name} is a workbook`);
  }
  await clerk.press("导入", "main .yz-acts");
  assert.equal(clerk.path, "/facts/import");
  await clerk.look("import");

  const send = async (name, text) => {
    await clerk.open("/facts/import");
    const buffer = typeof text === "string" ? Buffer.from(text) : text;
    await clerk.page.setInputFiles("[name=file]", { name, mimeType: "application/octet-stream", buffer });
    await clerk.fill({ source: "九月入户摸底表" });
    return clerk.press("核对");
  };
  // A village nobody knows, and a number that is none.
  assert.equal(await send("摸底.csv", `代码,${label}\n${code},四十多\n990101999299,50\n`), 200);
  assert.match(clerk.path, /^\/facts\/import\/\d+/);
  assert.ok((await clerk.page.locator("#faults tbody tr").count()) >= 2, "both faults are listed");
  await clerk.look("import-faults");
  const { bytes: workbook } = await clerk.download("批注", "main .yz-acts");
  assert.equal(workbook.subarray(0, 2).toString(), "PK", "the table comes back as a workbook");
  assert.equal(await send("带批注.xlsx", workbook), 200, "which can be sent again");
  assert.ok((await clerk.page.locator("#faults tbody tr").count()) >= 2, "and still has its faults");
  assert.equal(await value(), before, "nothing was written");

  assert.equal(await send("摸底.csv", `代码,${label}\n${code},39\n`), 200);
  assert.equal(await clerk.page.locator("#faults").count(), 0);
  await clerk.look("import-good");
  assert.equal(await clerk.press("导入 1 行"), 200);
  assert.match(clerk.path, /^\/facts\/batches/);
  await clerk.look("import-done");
  const done = clerk.path;
  assert.match(await value(), /39/);
  assert.match(await row.innerText(), /九月入户摸底表/);

  await clerk.open(done);
  assert.equal(await clerk.press("撤销"), 200);
  assert.equal(await value(), before, "taken back");
  await clerk.open("/facts/batches");
  await clerk.look("batches");

  for (const [path, name] of [["/packs", "packs"], ["/places", "places"], ["/scope", "scope"]]) {
    assert.equal(await clerk.open(path), 200, path);
    await clerk.look(name);
  }
});
