// G1, J1, H2, W8: a selection campaign of a township: made, published, applied for at the desk, checked rule by rule, led from
// stage to stage, marked by two offices, ranked by numbers until the list is confirmed, interviewed by a panel, inspected, noticed;
// the county looks on, another township does not.
import assert from "node:assert/strict";
import { advance, answer, checkAll, closed, closing, fillIn, local, mark, qualify, recommend, review } from "./campaigns.mjs";
import { DESK, PHONE, onBoth } from "./lib.mjs";

onBoth("G1 H2 J1 a campaign from the draft to its notice", { minutes: 7 }, async (j) => {
  const neighbour = await j.as("zhen02");
  await neighbour.open("/campaigns");
  assert.match(await neighbour.text(), /还没有公开选拔/);
  await neighbour.look("campaigns-none");
  const town = await j.as("zhen");
  await town.open("/campaigns/new");
  await town.page.locator("[name=kind][value=reserve_selection]").check();
  const closes = closing(60);
  await town.fill({
    title: "后备力量公开选拔",
    apply_from: local(Date.now() - 3_600_000),
    apply_to: local(closes),
    help: "镇组织办 0990-0000000",
  });
  assert.equal(await town.press("存成草稿"), 422, "no seats");
  assert.match(await town.text(".yz-faults"), /至少一处写名额/);
  await town.look("campaign-new", { english: false });
  await town.page.locator("main [name^='seats.']").first().fill("1");
  assert.equal(await town.press("存成草稿"), 200);
  const path = town.path;
  assert.match(await town.text(), /草稿/);
  await town.look("campaign-draft");
  assert.equal(await town.press("发布"), 200);
  assert.match(await town.text(), /进行中/);

  // Three apply at the desk; one recommendation stays one until its person agrees.
  const entries = [];
  for (const [k, name] of [[1, "张例一"], [2, "张例二"], [3, "张例三"]]) {
    await town.open(`${path}/entries/new`);
    await fillIn(town, k, name);
    await town.page.locator("[name=route][value=self]").check();
    if (k === 1) {
      assert.equal(await town.press("登记", "main form.yz-sheet"), 422, "no consent");
      await town.look("campaign-enter", { english: false });
    }
    await town.page.locator("[name=consent]").check();
    assert.equal(await town.press("登记", "main form.yz-sheet"), 200);
    entries.push(town.path);
  }
  await recommend(town, path, "钱例七");
  assert.match(await town.text(), /被推荐，待本人同意/);
  await town.open(`${path}/entries`);
  assert.match(await town.text(), /张例二/);
  await town.look("campaign-entries");

  // Another township sees none of it; the county does.
  const other = await j.as("zhen2");
  assert.equal(await other.open(path), 404);
  assert.equal(await other.open(entries[0]), 404);
  const office = await j.as("zuzhi");
  assert.equal(await office.open(path), 200);

  // Applications end at their minute, not before.
  assert.ok(!(await town.page.locator("button", { hasText: "资格审查" }).count()));
  await closed(town, closes);
  await advance(town, path);
  for (const entry of entries) {
    await town.open(entry);
    assert.match(await town.text("#f-conditions"), /30 周岁/);
    await checkAll(town);
    if (entry === entries[0]) await town.look("campaign-entry");
    await qualify(town);
  }
  await advance(town, path);

  // The joint review is nobody's to pass over.
  await town.open(entries[0]);
  assert.equal(await town.press("通过", "#f-verdict"), 422);
  assert.match(await town.text(".yz-faults"), /联审还没有结论/);
  await review(j, office, path);
  await office.look("campaign-review");
  await answer(j);
  await town.open(path);
  assert.match(await town.text("#seats"), /已签发/);
  await town.look("campaign-one");
  assert.equal(await town.press("无异议的一并通过"), 200);
  await advance(town, path);

  // Seats and marks: typed by two, each without the other's.
  await town.open(`${path}/marks`);
  await town.fill({ rooms: "第1考场，30" }, "#f-rooms form");
  assert.equal(await town.press("排座位", "#f-rooms form"), 200);
  const written = entries.map((entry, i) => [entry, [["78.5"], ["82"], ["缺考"]][i]]);
  await mark(town, path, written);
  await town.look("campaign-marks");
  await mark(office, path, written);
  await town.open(`${path}/ranking`);
  assert.match(await town.text(), /82\.00/);
  assert.ok(!(await town.text()).includes("张例"), "numbers until the list is confirmed");
  await town.page.locator(".yz-unfold summary").first().click();
  await town.look("campaign-ranking");
  assert.equal(await town.press("以我的名义确认名单"), 200);
  assert.match(await town.text(), /张例二/);
  await town.resize(PHONE);
  await town.open(path);
  await town.look("campaign-phone");
  await town.resize(DESK);

  // What has ended is not done again, however old the page is.
  await office.open(path);
  await advance(town, path);
  assert.equal(await office.press("进入", ".yz-head"), 422);
  assert.match(await office.text(".yz-faults"), /“笔试”已经结束，不能再办/);

  // A panel of seven, each mark typed twice; the highest and the lowest are dropped: (90+90+80+80+80)/5.
  const [first, second, third] = entries;
  await town.open(third);
  assert.match(await town.text(), /止步[\s\S]*缺考/);
  const panel = [[first, ["90", "90", "80", "80", "80", "70", "100"]], [second, Array(7).fill("60")]];
  await mark(town, path, panel);
  await town.open(path);
  assert.match(await town.text("#f-stage"), /个成绩没有录完或两次不一致/);
  assert.equal(await town.page.locator(".yz-head button", { hasText: "进入" }).count(), 0, "nothing is skipped");
  await office.open(`${path}/marks`);
  assert.doesNotMatch(await office.text("#grid"), /90|70|100/, "the second entry is blind");
  await office.look("campaign-panel");
  await mark(office, path, panel);
  await town.open(`${path}/ranking`);
  assert.match(await town.text(), /7 名考官，各去掉 1 个最高和最低/);
  assert.match(await town.text("tbody"), /84\.00\s+81\.80\s+1\s[\s\S]*60\.00\s+68\.80\s+2\s/);
  await town.page.locator(".yz-unfold summary").first().click();
  assert.match(await town.text("tbody"), /100[\s\S]*70[\s\S]*84/);
  await town.look("campaign-ranking-panel");
  assert.equal(await town.press("以我的名义确认名单"), 200);
  await advance(town, path);
  await town.open(second);
  assert.match(await town.text(), /止步[\s\S]*第 2 名，未入围/);

  // Inspected by the township, signed; before that nobody passes.
  await town.open(first);
  assert.equal(await town.press("通过", "#f-verdict"), 422);
  assert.match(await town.text(".yz-faults"), /还没有签字的考察记录/);
  assert.equal(await town.press("填考察表"), 200);
  await town.fill({ method: "home_visit" });
  assert.equal(await town.press("写情况"), 200);
  await town.fill({ place: "二组村民家中", attended: "镇组织办例甲、例乙", asked: "12", summary: "肯干，能到岗", "t-qin": "12户中11户说好", "l-qin": "好" });
  assert.equal(await town.press("名义签字"), 200);
  await town.open(first);
  await town.look("campaign-inspect");
  assert.equal(await town.press("看考察记录"), 200);
  assert.match(await town.text("#matrix"), /12户中11户说好/);
  await town.open(first);
  assert.equal(await town.press("通过", "#f-verdict"), 200);
  await advance(town, path);

  // The notice stands for its working days; an objection is answered by name.
  await town.open(path);
  assert.match(await town.text("#f-stage"), /还没有公示/);
  assert.equal(await town.press("去办", ".yz-head"), 200);
  assert.match(await town.text(), /张例一\s+[男女]\s+1996年7月/);
  assert.doesNotMatch(await town.text("#f-text"), /990000|1000000000/, "only what may be told");
  assert.equal(await town.press("发布公示"), 200);
  await town.page.locator("summary", { hasText: "登记异议" }).click();
  const object = "form[action$='/objections']";
  await town.fill({ entry: first.split("/").at(-1), how: "来信", name: "例某", about: "近亲" }, object);
  assert.equal(await town.press("登记异议", object), 422);
  assert.match(await town.text(".yz-faults"), /请写反映的问题/);
  await town.page.locator("summary", { hasText: "登记异议" }).click();
  await town.fill({ entry: first.split("/").at(-1), how: "来信", name: "例某", about: "与支书是近亲属" }, object);
  assert.equal(await town.press("登记异议", object), 200);
  await town.look("campaign-objection");
  await town.open(path);
  assert.match(await town.text("#f-stage"), /还有 1 件异议没有答复/);
  await town.open("/tasks");
  assert.match(await town.text(), /答复公示异议 1 件/);
  assert.equal(await other.open(`${path}/notice`), 404);
  await town.open(`${path}/notice`);
  await town.page.locator("#objections [name=answer]").fill("已核，不是近亲属");
  assert.equal(await town.press("不属实", "#objections"), 200);
  assert.match(await town.text("#objections"), /不属实[\s\S]*已核，不是近亲属/);
  await town.look("campaign-notice");
  await town.open(path);
  const [, year, month, day] = (await town.text("#f-stage")).match(/公示到 (\d{4})年(\d+)月(\d+)日期满/);
  const until = [year, month.padStart(2, "0"), day.padStart(2, "0")].join("-");
  assert.ok(until > local(Date.now() + 4 * 86_400_000), `five working days: ${until}`);
  assert.equal(await town.press("无异议的一并通过"), 422);
  assert.match(await town.text(".yz-faults"), /期满以后才能记通过/);
  assert.equal(await town.page.locator(".yz-head button", { hasText: "进入" }).count(), 0, "a notice does not end before its day");
});
