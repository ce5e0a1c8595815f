// What the journeys share: the program on a copy of the demo, a browser, signing in, and what every page must hold.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import axe from "axe-core";
import { chromium } from "playwright-core";

const PROGRAM = process.env.YANZHEN_BIN ?? "yanzhen";
const DEMO = process.env.YANZHEN_DEMO ?? "";
const SHOTS = process.env.YANZHEN_SHOTS ?? "";
const CHROMIUM = process.env.YANZHEN_CHROMIUM ?? "/usr/bin/chromium";

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];

/**
 * A journey: a test with a running program and a browser of its own.
 * `data`: "demo" is a copy of the demo, "made" a demo made for it, "new" an empty folder. `skip` says why it cannot run.
 */
export function journey(name, { data = "demo", args = [], skip = false } = {}, body) {
  test(name, { timeout: 240_000, skip }, async (t) => {
    const at = new Journey(t);
    t.after(() => at.end());
    await at.begin(data, args);
    await body(at);
    at.quiet();
  });
}

class Journey {
  output = "";
  log = "";
  /** What the browser complained of. */
  complaints = [];
  /** What is wrong with pages that were looked at. */
  faults = [];

  constructor(t) {
    this.t = t;
    this.folder = mkdtempSync(join(tmpdir(), "yanzhen-journey-"));
    this.data = join(this.folder, "data");
  }

  async begin(data, args) {
    if (data === "demo") {
      assert.ok(DEMO, "YANZHEN_DEMO names the folder of a demo: run cargo xtask journeys");
      cpSync(DEMO, this.data, { recursive: true });
    }
    await this.start(data === "new" ? "serve" : "demo", args);
    if (data !== "new") this.accounts = accounts(this.data);
    this.browser = await chromium.launch({
      executablePath: CHROMIUM,
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--lang=zh-CN",
      ],
    });
  }

  /** Starts the program on a free port and waits for its address. */
  async start(command, args) {
    const { YANZHEN_DATABASE, ...env } = process.env;
    const program = spawn(PROGRAM, [command, "--data", this.data, "--listen", "127.0.0.1:0", ...args], { env });
    this.program = program;
    this.ended = new Promise((done) => program.once("exit", done));
    program.stderr.on("data", (text) => (this.log = (this.log + text).slice(-4_000)));
    this.url = await new Promise((done, failed) => {
      program.once("error", failed);
      program.once("exit", (code) => failed(new Error(`yanzhen ${command} ended with ${code}: ${this.output}${this.log}`)));
      program.stdout.on("data", (text) => {
        this.output += text;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(this.output);
        if (found) done(found[0]);
      });
    });
    const health = await fetch(`${this.url}/healthz`);
    assert.equal(health.status, 200, "/healthz answers");
  }

  async end() {
    await this.browser?.close();
    if (this.complaints.some((what) => what.includes(": 5"))) this.t.diagnostic(`the program's log:\n${this.log}`);
    if (this.program?.exitCode === null) {
      this.program.kill("SIGTERM");
      const late = setTimeout(() => this.program.kill("SIGKILL"), 5_000);
      await this.ended;
      clearTimeout(late);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Someone at a browser of their own, not signed in. */
  async visitor({ size = DESK, lang = "zh" } = {}) {
    const context = await this.browser.newContext({ viewport: size, locale: "zh-CN", acceptDownloads: true });
    if (lang === "en") await context.addCookies([{ name: "yzlang", value: "en", url: this.url }]);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const complain = (what) => this.complaints.push(`${page.url().replace(this.url, "")}: ${what}`);
    page.on("pageerror", (error) => complain(`script: ${error.message}`));
    page.on("console", (message) => {
      // A page that refuses has a status of its own; the browser logs it. Parts of pages are checked below.
      if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) {
        complain(`console: ${message.text()}`);
      }
    });
    page.on("response", (answer) => {
      const document = answer.request().resourceType() === "document";
      if (answer.status() >= (document ? 500 : 400)) complain(`${answer.status()} from ${answer.url()}`);
    });
    return new Visitor(this, page);
  }

  /** Signs an account of the demo in, on a browser of its own. */
  async as(login, options = {}) {
    const visitor = await this.visitor(options);
    await visitor.signIn(login, this.password(login));
    return visitor;
  }

  password(login) {
    assert.ok(this.accounts[login], `accounts.txt has ${login}`);
    return this.accounts[login].password;
  }

  /**
   * No error on the console, no breach of the content security policy, nothing missing, and nothing wrong with the pages
   * that were looked at. Asked at the end, so that one run tells of every fault.
   */
  quiet() {
    const all = [...this.complaints, ...this.faults];
    assert.ok(all.length === 0, `${all.length} faults:\n${all.join("\n")}`);
  }
}

class Visitor {
  constructor(journey, page) {
    this.journey = journey;
    this.page = page;
  }

  /** Opens an address of the site; gives its status. */
  async open(path) {
    const answer = await this.page.goto(this.journey.url + path);
    return answer.status();
  }

  get path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  async text(selector = "main") {
    return (await this.page.locator(selector).first().innerText()).trim();
  }

  /** Fills fields by their names. */
  async fill(fields, form = "main form") {
    for (const [name, value] of Object.entries(fields)) {
      const field = this.page.locator(`${form} [name="${name}"]`).first();
      const tag = await field.evaluate((e) => e.tagName);
      if (tag === "SELECT") await field.selectOption(value);
      else await field.fill(value);
    }
  }

  /** Presses a button or link by its words, waits for the page after it, and gives its status. */
  async press(words, within = "main") {
    const target = this.page.locator(within).first().locator("button, a, summary").filter({ hasText: words }).first();
    return this.leave(() => target.click());
  }

  /** Does what leads to another page; gives the status of that page. */
  async leave(act) {
    const answered = this.page.waitForResponse((r) => {
      const leads = r.request().resourceType() === "document" && r.frame() === this.page.mainFrame();
      return leads && (r.status() < 300 || r.status() >= 400);
    });
    const arrived = this.page.waitForEvent("framenavigated", (frame) => frame === this.page.mainFrame());
    const [answer] = await Promise.all([answered, arrived, act()]);
    await this.page.waitForLoadState("load");
    return answer.status();
  }

  /** Types an account and its password into the login page, wherever that leads. */
  async tryLogin(login, password) {
    await this.open("/login");
    await this.fill({ login, password });
    return this.press("登录");
  }

  async signIn(login, password) {
    const status = await this.tryLogin(login, password);
    assert.equal(status, 200, `${login} signs in`);
    assert.ok(!this.path.startsWith("/login"), `${login} is in, not at ${this.path}`);
  }

  async signOut() {
    await this.page.locator("details.yz-who > summary").click();
    await this.press("退出登录", "details.yz-who");
    assert.ok(this.path.startsWith("/login"), "signed out");
  }

  async shot(name) {
    if (!SHOTS) return;
    mkdirSync(SHOTS, { recursive: true });
    // What is fixed to the window stands at the top of a picture of the whole page.
    await this.page.evaluate(() => window.scrollTo({ top: 0, behavior: "instant" }));
    // The caret stays: to hide it the tool would write a style, which the page's policy forbids.
    await this.page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true, caret: "initial" });
  }

  fault(name, found) {
    this.journey.faults.push(...found.map((what) => `${name}: ${what}`));
  }

  /** No violation of WCAG A and AA on the page as it is. */
  async accessible(name) {
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate(async (values) => {
      const options = { runOnly: { type: "tag", values }, resultTypes: ["violations"] };
      const { violations } = await window.axe.run(document, options);
      return violations.flatMap((v) =>
        v.nodes.slice(0, 5).map((n) => `${v.id} (${v.nodes.length}): ${n.target.join(" ")} | ${n.failureSummary.split("\n")[1]?.trim()}`),
      );
    }, RULES);
    this.fault(name, found);
  }

  /** Nothing sticks out to the side. */
  async fits(name) {
    const found = await this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      const scrolls = (e) => e && (["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
      return [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > width + 0.5 && !scrolls(e.parentElement))
        .slice(0, 6)
        .map((e) => `${e.tagName.toLowerCase()}.${e.className} to ${Math.round(e.getBoundingClientRect().right)} of ${width}`);
    });
    this.fault(`${name} sticks out`, found);
  }

  /** Chinese words on an English page say that they are Chinese. */
  async saysChinese(name) {
    const found = await this.page.evaluate(() => {
      const out = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const { data, parentElement } = walk.currentNode;
        const hidden = ["SCRIPT", "STYLE", "TEMPLATE"].includes(parentElement.tagName);
        // A sentence in English may quote Chinese words.
        const foreign = /\p{Script=Han}/u.test(data) && !/[A-Za-z]{2}/.test(data);
        if (!hidden && foreign && parentElement.closest("[lang]")?.lang !== "zh") {
          out.push(`${parentElement.tagName.toLowerCase()}.${parentElement.className}: ${data.trim().slice(0, 40)}`);
        }
      }
      return out.slice(0, 12);
    });
    this.fault(`${name} has Chinese without lang=zh`, found);
  }

  /**
   * Looks at the page as every reader would: wide, on a phone, and in English; each checked, each shot.
   * Only for pages that can be read again by their address, unless `english` is false.
   */
  async look(name, { english = true, phone = true } = {}) {
    const { page } = this;
    const before = page.viewportSize();
    const at = async (size, name) => {
      await page.setViewportSize(size);
      await this.fits(name);
      await this.accessible(name);
      await this.shot(name);
    };
    await at(DESK, name);
    if (phone) {
      await at(PHONE, `${name}-phone`);
      await page.setViewportSize({ width: 320, height: 640 });
      await this.fits(`${name} at 320`);
    }
    if (english) {
      await page.setViewportSize(DESK);
      await this.speak("en");
      await at(DESK, `${name}-en`);
      await this.saysChinese(`${name}-en`);
      if (phone) {
        await page.setViewportSize(PHONE);
        await this.fits(`${name}-en on a phone`);
        await page.setViewportSize(DESK);
      }
      await this.speak("zh");
    }
    await page.setViewportSize(before);
  }

  /** Switches the language by the button in the header. */
  async speak(lang) {
    await this.leave(() => this.page.locator(`.yz-switch button[name=lang][value=${lang}]:visible`).first().click());
    assert.equal(await this.page.locator("html").getAttribute("lang"), lang === "en" ? "en" : "zh-CN");
  }
}

/** The accounts of a demo: login, password, role, hint. */
function accounts(folder) {
  const lines = readFileSync(join(folder, "accounts.txt"), "utf8").split("\n");
  const rows = lines.map((line) => line.split("\t")).filter((cells) => cells.length === 4 && cells[0] !== "账号");
  return Object.fromEntries(rows.map(([login, password, role, hint]) => [login, { password, role, hint }]));
}

/** The code of a time-based second factor (RFC 6238: SHA-1, six digits, 30 seconds). `later` steps ahead. */
export function totp(typed, later = 0) {
  const bits = [...typed.replace(/[\s=-]/g, "").toUpperCase()]
    .map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"))
    .join("");
  const secret = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const mac = createHmac("sha1", secret).update(counter).digest();
  const number = mac.readUInt32BE(mac[19] & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, "0");
}
