// W7, G1: a township's campaign without an exam, by measures of its own: recommended and agreed, voted on at a meeting whose ballots
// are counted by hand, decided by a meeting, in the pool and in a draft filing by that decision, on probation.
import assert from "node:assert/strict";
import { join } from "node:path";
import { adopt, advance, checkAll, closed, closing, fillIn, local, qualify, recommend } from "./campaigns.mjs";
import { onBoth } from "./lib.mjs";

onBoth("W7 G1 a meeting recommends, a decision leads to pool and filing", async (j) => {
  const [office, town] = [await j.as("zuzhi"), await j.as("zhen")];
  await adopt(j, office, join(import.meta.dirname, "measures"));
  const closes = closing(30);
  await town.open("/campaigns/new");
  await town.page.locator("[name=kind][value=voted]").check();
  await town.fill({ title: "村文书公开推荐", apply_from: local(Date.now() - 3_600_000), apply_to: local(closes), help: "镇组织办" });
  await town.page.locator("main [name^='seats.']").first().fill("1");
  assert.equal(await town.press("存成草稿"), 200);
  const path = town.path;
  assert.equal(await town.press("发布"), 200);

  // One applies, one is recommended and agrees, one is recommended and never does.
  await town.open(`${path}/entries/new`);
  await fillIn(town, 1, "张例一");
  await town.page.locator("[name=route][value=self]").check();
  await town.page.locator("[name=consent]").check();
  assert.equal(await town.press("登记", "main form.yz-sheet"), 200);
  const entries = [town.path, await recommend(town, path, "钱例七")];
  assert.equal(await town.press("本人同意，补全报名"), 200);
  await fillIn(town, 2, "钱例七");
  await town.look("campaign-agree", { english: false });
  await town.page.locator("[name=consent]").check();
  assert.equal(await town.press("登记", "main form.yz-sheet"), 200);
  await recommend(town, path, "孙例八");
  await closed(town, closes);
  await advance(town, path);
  await town.open(`${path}/entries`);
  assert.doesNotMatch(await town.text(), /孙例八/, "no name is left of who never agreed");
  for (const entry of entries) {
    await town.open(entry);
    await checkAll(town);
    await qualify(town);
  }
  await advance(town, path);

  // Ballots counted by hand: sums that do not agree are all told.
  await town.open(path);
  assert.match(await town.text("#f-stage"), /都要有一次有效的推荐会/);
  assert.equal(await town.press("去办", ".yz-head"), 200);
  await town.look("campaign-meeting");
  const [one, two] = entries.map((entry) => `v.${entry.split("/").at(-1)}`);
  const held = { due: "30", present: "31", handed: "32", returned: "29", valid: "28", counted_by: "例甲", checked_by: "例甲", [one]: "29", [two]: "3" };
  await town.fill(held, "#f-due");
  assert.equal(await town.press("登记这次会"), 422);
  assert.match(await town.text(".yz-faults"), /不能是同一人[\s\S]*实到 31 人多于应到 30 人[\s\S]*发出 32 票多于实到 31 人/);
  await town.look("campaign-meeting-faults", { english: false });
  await town.fill({ present: "24", handed: "24", returned: "24", valid: "23", checked_by: "例乙", [one]: "20" }, "#f-due");
  assert.equal(await town.press("登记这次会"), 200);
  assert.match(await town.text(), /会议有效[\s\S]*张例一\s+得 20 票[\s\S]*钱例七\s+得 3 票/);
  await town.look("campaign-meeting-held");
  for (const entry of entries) {
    await town.open(entry);
    assert.equal(await town.press("通过", "#f-verdict"), 200);
  }
  await advance(town, path);

  // The decision is a meeting's, on a day that has been; the person is in the pool by it, and a filing is drafted.
  await town.open(entries[0]);
  await town.fill({ by: "　", on: "2999-01-01", meeting: "　" }, "#f-choose form");
  assert.equal(await town.press("记下决定，选用"), 422);
  assert.match(await town.text(".yz-faults"), /请写由谁决定[\s\S]*不晚于今天/);
  await town.look("campaign-choose", { english: false });
  await town.fill({ by: "何例甲", on: local(Date.now()).slice(0, 10), meeting: "镇党委会第 9 次会议" }, "#f-choose form");
  assert.equal(await town.press("记下决定，选用"), 200);
  assert.match(await town.text("#steps"), /镇党委会第 9 次会议 何例甲/);
  const file = await town.page.locator(".yz-head a", { hasText: "看档案" }).getAttribute("href");
  await town.open(entries[1]);
  assert.equal(await town.press("不选用"), 422);
  assert.match(await town.text(".yz-faults"), /不通过的要写理由/);
  await town.page.fill("#f-not", "票数未过半");
  assert.equal(await town.press("不选用"), 200);
  await town.open(file);
  assert.match(await town.text(), /后备/);
  await town.open("/filings");
  assert.match(await town.text(), /村文书 张例一\s+聘\s+起草/);
  await advance(town, path);
  await town.open(entries[1]);
  assert.match(await town.text(), /止步[\s\S]*票数未过半/);

  // A probation lasts its months.
  await town.open(entries[0]);
  assert.equal(await town.press("通过", "#f-verdict"), 422);
  assert.match(await town.text(".yz-faults"), /试用到 \d{4}年\d+月\d+日期满，到期以后才能记通过/);
  await town.look("campaign-probation");
  await office.open(path);
  await office.look("campaign-decided");
});
