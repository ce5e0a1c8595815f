// J5: joining the party: a course begun, a step too early refused with its first lawful day, steps and a front-line test, the next
// stage, the own page, and on to the reserve; by a township, the county, another township and the person concerned.
import assert from "node:assert/strict";
import { PHONE, onBoth } from "./lib.mjs";

/** The day so many days ago, as forms take it. */
const ago = (days) => {
  const day = new Date(Date.now() - days * 86_400_000);
  const two = (n) => String(n).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
};

/** A person of the visitor's part who is nobody's member and has no course: id and name. */
async function somebody(visitor) {
  await visitor.open("/people?party=03.13&from=25&to=45");
  const rows = visitor.page.locator("main tbody th[scope=row] a[href^='/people/']");
  const all = await rows.evaluateAll((links) => links.map((a) => ({ id: a.pathname.split("/")[2], name: a.innerText.trim() })));
  for (const one of all) {
    await visitor.open(`/people/${one.id}?part=posts`);
    if (/没有发展过程/.test(await visitor.text("#membership"))) return one;
  }
  throw new Error("everybody is on the way");
}

/** Begins a course; the visitor stands on its page then. */
async function begin(visitor, id, item, on) {
  await visitor.open(`/membership/new?person=${id}`);
  await visitor.fill({ item, on, meeting: "支部委员会会议", document: "例东〔2025〕2号" });
  assert.equal(await visitor.press("建发展过程", "main form.yz-sheet"), 200, await visitor.text());
  return visitor.path;
}

/** Takes a step by its form. */
async function step(visitor, course, item, fields) {
  await visitor.open(`${course}?do=step&item=${item}`);
  for (const [name, value] of Object.entries(fields)) {
    if (await visitor.page.locator(`#form [name="${name}"]`).count()) await visitor.fill({ [name]: value }, "#form form");
  }
  return visitor.press("登记", "#form form");
}

const WRITTEN = { meeting: "支部大会", document: "例东〔2026〕7号", people: "何例甲、何例乙", hours: "24" };

onBoth("J5 an applicant becomes an activist, not before the term", async (j) => {
  const [town, other, office] = await Promise.all([j.as("zhen"), j.as("zhen2"), j.as("zuzhi")]);
  await town.open("/pools");
  assert.equal(await town.press("党员发展", ".yz-tabs"), 200);
  await town.look("membership-town");
  const { id, name } = await somebody(town);
  await town.open(`/membership/new?q=${encodeURIComponent(name)}`);
  assert.match(await town.text(), new RegExp(name));
  await town.open(`/membership/new?person=${id}`);
  await town.fill({ item: "applicant", on: "2999-01-01" });
  assert.equal(await town.press("建发展过程", "main form.yz-sheet"), 422);
  assert.match(await town.text(".yz-faults"), /日期不能晚于今天/);
  await town.open(`/membership/new?person=${id}`);
  await town.look("membership-new");
  const course = await begin(town, id, "applicant", ago(20));
  assert.match(await town.text("#next"), /派人谈话/);
  assert.match(await town.text("#stage"), /“派人谈话”还没有办好/);
  await town.look("membership-course");
  assert.equal(await step(town, course, "talk", { ...WRITTEN, on: ago(21) }), 422);
  assert.match(await town.text(".yz-faults"), /还早：最早/);
  assert.equal(await step(town, course, "talk", { ...WRITTEN, on: ago(15) }), 200);
  assert.equal(await step(town, course, "recommended", { ...WRITTEN, on: ago(12) }), 200);
  assert.equal(await step(town, course, "branch_names", { ...WRITTEN, on: ago(10) }), 200);
  assert.match(await town.text("#past"), /支部研究确定/);
  assert.equal(await town.press("记下进入下一阶段的决定", "#stage"), 200);
  await town.look("membership-advance");
  await town.fill({ on: ago(10), by: "何例甲", meeting: "支部委员会" }, "#form form");
  assert.equal(await town.press("记下决定", "#form form"), 200);
  assert.match(await town.text("h1"), /入党积极分子/);
  // The year is not over: the page says the first lawful day, and the decision is refused.
  await town.open(`${course}?do=advance`);
  await town.fill({ on: ago(0), by: "何例甲", meeting: "支部委员会" }, "#form form");
  assert.equal(await town.press("记下决定", "#form form"), 422);
  assert.match(await town.text(".yz-faults"), /还早：最早/);
  assert.match(await town.text(".yz-faults"), /“支部考察”办了 0 次，要 2 次/);
  // The file follows; the county sees it in the counts; another township sees nothing.
  await town.open(`/people/${id}`);
  assert.match(await town.text(), /入党积极分子/);
  assert.equal(await office.open(course), 200);
  assert.match(await office.text("h1"), new RegExp(name));
  await office.open("/membership?show=open");
  assert.ok((await office.page.locator("#matrix tbody tr").count()) > 1, "townships beside each other");
  assert.match(await office.text("#year"), /预备党员/);
  await office.look("membership");
  const { name: file, bytes } = await office.download("导出");
  assert.match(file, /党员发展.*\.xlsx$/);
  assert.equal(bytes.subarray(0, 2).toString(), "PK");
  assert.equal(await other.open(course), 404);
  await other.open("/membership?show=open");
  assert.ok(!(await other.text("#list")).includes(name));
});

onBoth("J5 tested at the front, and on to the reserve; the person reads it", async (j) => {
  const [office, cadre] = await Promise.all([j.as("zuzhi"), j.as("cunganbu", { size: PHONE })]);
  // The person behind the cadre's account is a member; the file says otherwise first.
  const name = (await cadre.text()).match(/[\u4e00-\u9fff]例[\u4e00-\u9fff]/)[0];
  await office.open(`/membership/new?q=${encodeURIComponent(name)}`);
  const id = (await office.page.locator("main ul a").first().getAttribute("href")).split("=")[1];
  await office.open(`/people/${id}/edit`);
  await office.page.locator("main [name=political]").selectOption("13");
  assert.equal(await office.press("保存", "main form"), 200);
  const course = await begin(office, id, "development", ago(60));
  await office.open(`${course}?do=test`);
  await office.look("membership-test");
  await office.fill({ item: "disaster", task: "抗旱值班", place: "例河二号泵站", from_on: ago(20), on: ago(15) }, "#form form");
  assert.equal(await office.press("登记", "#form form"), 200);
  assert.equal(await office.press("鉴定", "#tests tbody"), 200);
  await office.look("membership-finding");
  await office.page.locator("#form [name=finding][value=passed]").check();
  await office.fill({ on: ago(14), by: "何例丙", note: "值班表和带班记录" }, "#form form");
  assert.equal(await office.press("记下鉴定", "#form form"), 200);
  assert.match(await office.text("#tests"), /合格 1 次/);
  for (const item of ["sponsors", "political_review", "training"]) {
    assert.equal(await step(office, course, item, { ...WRITTEN, on: ago(50) }), 200, item);
  }
  assert.equal(await step(office, course, "pre_review", { ...WRITTEN, on: ago(45) }), 200);
  // Three days of notice are too few: the first lawful day is told.
  assert.equal(await step(office, course, "notice", { ...WRITTEN, from_on: ago(40), on: ago(39) }), 422);
  assert.match(await office.text(".yz-faults"), /要满 5 个工作日，最早/);
  assert.equal(await step(office, course, "notice", { ...WRITTEN, from_on: ago(40), on: ago(20) }), 200);
  assert.equal(await step(office, course, "branch_admits", { ...WRITTEN, on: ago(13) }), 200);
  assert.equal(await step(office, course, "talk_before", { ...WRITTEN, on: ago(8) }), 200);
  assert.equal(await step(office, course, "approval", { ...WRITTEN, on: ago(5) }), 200);
  // A county may ask more tests than one.
  while (/一线考验合格 \d 次，要 \d 次/.test(await office.text("#stage"))) {
    await office.open(`${course}?do=test`);
    await office.fill({ item: "project", task: "征迁协调", place: "例河", from_on: ago(20), on: ago(15) }, "#form form");
    assert.equal(await office.press("登记", "#form form"), 200);
    assert.equal(await office.press("鉴定", "#tests tbody"), 200);
    await office.page.locator("#form [name=finding][value=passed]").check();
    await office.fill({ on: ago(14), by: "何例丙", note: "协调记录" }, "#form form");
    assert.equal(await office.press("记下鉴定", "#form form"), 200);
  }
  await office.open(`${course}?do=advance`);
  await office.fill({ on: ago(5), by: "何例甲", meeting: "镇党委会第 9 次会议" }, "#form form");
  assert.equal(await office.press("记下决定", "#form form"), 200);
  assert.match(await office.text("h1"), /预备党员/);
  await office.open(`/people/${id}#claims`);
  assert.match(await office.text(), /支部大会|镇党委会第 9 次会议/);
  await office.open(`${course}?do=reserve`);
  await office.fill({ item: "reserve", note: "一线考验合格" }, "#form form");
  assert.equal(await office.press("提名入库", "#form form"), 200, await office.text());
  assert.match(office.path, /^\/pools\/moves\//);
  await office.open(course);
  assert.match(await office.text("#reserve"), /待决定/);
  await office.look("membership-tested");
  // The person reads what was decided, found and comes next.
  await cadre.open("/me");
  assert.equal(await cadre.leave(() => cadre.page.locator(`a[href='/me${course}']`).click()), 200);
  assert.match(await cadre.text(), /值班表和带班记录/);
  assert.match(await cadre.text(), /何例甲 决定/);
  await cadre.look("own-membership");
  // Probation ends before its end by the lawful meeting alone; the reason is read.
  await office.open(`${course}?do=end`);
  await office.fill({ item: "stopped", on: ago(0), by: "何例甲", meeting: "支部大会", document: "例镇〔2026〕12号", note: "　" }, "#form form");
  assert.equal(await office.press("记下决定", "#form form"), 422);
  await office.fill({ note: "材料不实" }, "#form form");
  assert.equal(await office.press("记下决定", "#form form"), 200);
  await cadre.open(`/me${course}`);
  assert.match(await cadre.text(), /材料不实/);
});
