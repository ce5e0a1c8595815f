// Who sees what: two roles of one account, a township that sees its own villages alone.
import assert from "node:assert/strict";
import { onBoth } from "./lib.mjs";

const codes = (visitor) => visitor.page.locator("tbody tr td:nth-child(3)").allInnerTexts();

onBoth("roles and scope", async (at) => {
  const one = await at.as("zhen");
  await one.open("/?view=table");
  const own = await codes(one);
  const mine = own[0].slice(0, 9);
  assert.ok(own.length > 0 && own.every((code) => code.startsWith(mine)), "one township");

  const other = await at.as("zhen2");
  await other.open("/?view=table");
  const foreign = (await codes(other))[0];
  assert.notEqual(foreign.slice(0, 9), mine);

  for (const path of ["", "/why"]) assert.equal(await one.open(`/villages/${foreign}${path}`), 404, `${path} is hidden`);
  await one.look("not-found");
  await one.open(`/?view=table&township=${foreign.slice(0, 9)}`);
  const asked = await codes(one);
  assert.ok(asked.every((code) => code.startsWith(mine)), "asking for the other township shows nothing of it");
  await one.open(`/villages?q=${foreign}`);
  assert.equal(await one.page.locator("tbody tr").count(), 0, "nor does searching");
  assert.match(await one.text(), /没有符合的/);
  await one.look("villages-none");
  // Where it may do the like in its own township, it is not told that the village exists.
  for (const [path, refused] of [["facts", 404], ["colour", 403]]) {
    const status = await one.page.evaluate(async (address) => {
      const csrf = document.querySelector("meta[name=csrf]").content;
      const body = new URLSearchParams({ csrf, fact: "secretary_age", value: "40", source: "x", colour: "green", reason: "没有理由" });
      return (await fetch(address, { method: "POST", body })).status;
    }, `/villages/${foreign}/${path}`);
    assert.equal(status, refused, `${path} of another township`);
    at.wanted(`${refused} from ${at.url}/villages/${foreign}/${path}`);
  }

  const two = await at.as("shuangzhong");
  await two.open("/roles");
  await two.look("roles");
  const counted = async () => {
    await two.open("/?view=table");
    return new Set((await codes(two)).map((code) => code.slice(0, 9))).size;
  };
  const tags = two.page.locator("tr", { hasText: "当前身份" });
  assert.match(await tags.first().innerText(), /县委组织部/);
  assert.ok((await counted()) > 1, "as the county's office: every township");
  await two.open("/roles");
  await two.press("换成这个身份");
  assert.equal(two.path, "/");
  assert.equal(await counted(), 1, "as a township's office: its own");
  assert.match(await two.text("header"), /党委/);
});
