// What the journeys share: the program on a copy of the demo, a browser, signing in, and what every page must hold.
import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { appendFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { chromium } from "playwright-core";
import { DESK, Visitor } from "./visitor.mjs";

export { DESK, NARROW, PHONE } from "./visitor.mjs";

// Days and times are the county's, whatever zone the machine stands in.
process.env.TZ = "Asia/Shanghai";

const PROGRAM = process.env.YANZHEN_BIN ?? "yanzhen";
const DEMO = process.env.YANZHEN_DEMO ?? "";
const CHROMIUM = process.env.YANZHEN_CHROMIUM ?? "/usr/bin/chromium";
const DATABASE = process.env.YANZHEN_DATABASE;

/**
 * A journey: a test with a running program and a browser of its own.
 * `data`: "demo" is a copy of the demo, "made" a demo made for it, "new" an empty folder, "public" the folder of the public's
 * pages, which `fill` fills. `pages`: the public's pages are a second process, whose address the program knows. `skip` says why it
 * cannot run; `minutes` is the longest it may take.
 */
export function journey(name, { data = "demo", args = [], skip = false, fill = () => {}, pages = false, minutes = 4 } = {}, body) {
  test(name, { timeout: minutes * 60_000, skip }, async (t) => {
    const at = new Journey(t);
    t.after(() => at.end());
    fill(at.data);
    await at.begin(data, args, pages);
    await body(at);
    at.quiet();
  });
}

/**
 * A journey on a copy of the demo (or, with `data` "new", on an empty folder), and the same on PostgreSQL where
 * YANZHEN_DATABASE names a server. There the pages are gone through and not looked at once more: they are the same.
 */
export function onBoth(name, ...rest) {
  const body = rest.pop();
  const { data = "demo", ...more } = rest.pop() ?? {};
  journey(name, { data, ...more }, body);
  const skip = DATABASE ? false : "no YANZHEN_DATABASE";
  const there = { data: data === "demo" ? "made" : data, args: ["--database", DATABASE], skip, ...more };
  journey(`${name}, on PostgreSQL`, there, async (at) => {
    at.looks = false;
    await body(at);
  });
}

/** What programs are started with. */
function own() {
  const { YANZHEN_DATABASE, ...env } = process.env;
  return env;
}

class Journey {
  /** Whether pages are looked at on the way. */
  looks = true;
  output = "";
  log = "";
  /** What runs: process and when it ended. */
  programs = [];
  /** What the browser complained of. */
  complaints = [];
  /** What is wrong with pages that were looked at. */
  faults = [];

  constructor(t) {
    this.t = t;
    this.folder = mkdtempSync(join(tmpdir(), "yanzhen-journey-"));
    this.data = join(this.folder, "data");
  }

  async begin(data, args, pages) {
    if (data === "demo") {
      assert.ok(DEMO, "YANZHEN_DEMO names the folder of a demo: run cargo xtask journeys");
      cpSync(DEMO, this.data, { recursive: true });
    }
    if (args.includes("--database")) {
      // Journeys beside each other on one server keep to schemas of their own.
      mkdirSync(this.data, { recursive: true });
      const schemas = `yz_${this.folder.split("-").pop().replace(/[^A-Za-z0-9]/g, "").toLowerCase()}_${process.pid}`;
      writeFileSync(join(this.data, "yanzhen.toml"), `schema_prefix = "${schemas}"\n`);
    }
    this.args = args;
    if (pages) await this.beside();
    const options = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--lang=zh-CN"];
    const [browser, program] = await Promise.allSettled([
      chromium.launch({ executablePath: CHROMIUM, args: options }),
      this.start({ new: "serve", public: "public" }[data] ?? "demo", args),
    ]);
    this.browser = browser.value;
    for (const { reason } of [program, browser]) if (reason) throw reason;
    if (data !== "new" && data !== "public") this.accounts = accounts(this.data);
  }

  /** Starts the public's pages of the demo's first county, whose address the program is to know. */
  async beside() {
    this.carried = join(this.folder, "carried");
    this.pages = await this.run("public", ["--dir", join(this.carried, "990101")]);
    mkdirSync(this.data, { recursive: true });
    appendFileSync(join(this.data, "yanzhen.toml"), `public_address = "${this.pages}"\n`);
  }

  /** Carries once between the county and the public's pages. */
  async exchange() {
    const args = ["exchange", "--data", this.data, "--dir", this.carried, ...this.args];
    await promisify(execFile)(PROGRAM, args, { env: own() });
  }

  /** Starts the program on a free port and waits until it answers. */
  async start(command, args) {
    const folder = command === "public" ? "--dir" : "--data";
    this.url = await this.run(command, [folder, this.data, ...args]);
    const health = await fetch(`${this.url}/healthz`);
    assert.equal(health.status, 200, "/healthz answers");
  }

  /** Starts a command that serves on a free port; gives its address. */
  run(command, args) {
    const program = spawn(PROGRAM, [command, ...args, "--listen", "127.0.0.1:0"], { env: own() });
    this.programs.push([program, new Promise((done) => program.once("exit", done))]);
    program.stderr.on("data", (text) => (this.log = (this.log + text).slice(-4_000)));
    let output = "";
    return new Promise((done, failed) => {
      program.once("error", failed);
      program.once("exit", (code) => failed(new Error(`yanzhen ${command} ended with ${code}: ${output}${this.log}`)));
      program.stdout.on("data", (text) => {
        output += text;
        this.output += text;
        const found = /http:\/\/127\.0\.0\.1:\d+/.exec(output);
        if (found) done(found[0]);
      });
    });
  }

  async end() {
    if (this.complaints.some((what) => what.includes(": 5"))) this.t.diagnostic(`the program's log:\n${this.log}`);
    await Promise.all([this.browser?.close(), this.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Asks what runs to end, and waits until it has. */
  async stop() {
    const running = this.programs.filter(([program]) => program.pid && program.exitCode === null);
    await Promise.all(running.map(async ([program, ended]) => {
      program.kill("SIGTERM");
      const late = setTimeout(() => program.kill("SIGKILL"), 5_000);
      await ended;
      clearTimeout(late);
    }));
  }

  /** Someone at a browser of their own, not signed in; with `url` at the public's pages. */
  async visitor({ size = DESK, lang = "zh", scale = 1, url = this.url } = {}) {
    const options = { viewport: size, deviceScaleFactor: scale, locale: "zh-CN", acceptDownloads: true };
    const context = await this.browser.newContext(options);
    if (lang === "en") await context.addCookies([{ name: "yzlang", value: "en", url }]);
    context.setDefaultTimeout(10_000);
    const page = await context.newPage();
    const complain = (what) => this.complaints.push(`${page.url().replace(url, "")}: ${what}`);
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
    return new Visitor(this, page, await context.newCDPSession(page), url);
  }

  /** Signs an account of the demo in, on a browser of its own. */
  async as(login, options = {}) {
    const visitor = await this.visitor(options);
    await visitor.signIn(login, this.password(login));
    return visitor;
  }

  /** Takes back the one complaint that was wanted. */
  wanted(words) {
    const [one, ...more] = this.complaints.filter((what) => what.endsWith(words));
    assert.ok(one && more.length === 0, `the browser was to tell once: ${words}`);
    this.complaints.splice(this.complaints.indexOf(one), 1);
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
