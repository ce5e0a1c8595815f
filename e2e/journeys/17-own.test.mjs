// A village cadre reads the own file on a phone, sees who looked, asks for a correction, and is answered; the county
// keeps its calendar (mechanism C10).
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

onBoth("the own file", async (at) => {
  const cadre = await at.as("cunganbu");
  await cadre.resize(PHONE);
  assert.equal(cadre.path, "/me");
  await cadre.look("me", { english: false });
  for (const path of ["/people", "/filings", "/villages", "/tasks", "/corrections"]) {
    assert.equal(await cadre.open(path), 403, `${path} is not the cadre's`);
  }
  await cadre.open("/me/file");
  await cadre.look("me-file", { english: false });
  assert.match(await cadre.text("body"), /谁看过/);

  await cadre.open("/me/correct?field=strengths");
  await cadre.fill({ value: "果树栽培", reason: " " });
  assert.equal(await cadre.press("提出更正"), 422, "a reason is asked for");
  await cadre.look("me-correct-faults", { english: false });
  await cadre.fill({ value: "果树栽培", reason: "去年取得了农艺师证书" });
  assert.equal(await cadre.press("提出更正"), 200);
  assert.match(await cadre.text("body"), /果树栽培/);

  const office = await at.as("zuzhi");
  await office.open("/tasks");
  await office.look("tasks-corrections");
  await office.open("/corrections");
  await office.look("corrections");
  const asked = office.page.locator("tbody tr", { hasText: "熟悉专业和特长" }).first();
  await office.leave(() => asked.locator("a").first().click());
  await office.look("correction");
  await office.page.locator("[name=verdict]").first().check();
  await office.fill({ text: "已核对证书，照改。" });
  assert.equal(await office.press("答复本人"), 200);

  await cadre.open("/me/corrections");
  assert.match(await cadre.text("body"), /已核对证书，照改。/);
  await cadre.open("/me/file");
  assert.match(await cadre.text("body"), /果树栽培/);
  const { name, bytes } = await cadre.download("下载我的档案", "body");
  assert.match(name, /\.zip$/);
  assert.equal(bytes.subarray(0, 2).toString(), "PK");

  await office.open("/calendar");
  await office.look("calendar");
  await office.open("/people/retention");
  await office.look("retention");
  await office.open("/people/receive");
  await office.look("receive");
});
