// Someone at a browser: reads, types, presses, and looks at pages as every reader would.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SHOTS = process.env.YANZHEN_SHOTS ?? "";
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"];
/** Half of axe's time. No style tells a colour by the language: English pages need it on the gallery alone. */
const CONTRAST = { "color-contrast": { enabled: false } };

export const DESK = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** The narrowest window that pages are read in. */
export const NARROW = { width: 320, height: 640 };

export class Visitor {
  constructor(journey, page, debugging, url) {
    this.journey = journey;
    this.url = url;
    this.page = page;
    this.debugging = debugging;
  }

  /** Opens an address of the site; gives its status. */
  async open(path) {
    const answer = await this.page.goto(this.url + path);
    return answer.status();
  }

  /** Opens an address; gives the bytes of its HTML. */
  async weight(path) {
    const answer = await this.page.goto(this.url + path);
    return (await answer.body()).length;
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

  /** Presses what gives a file; gives its name and its bytes. */
  async download(words, within = "main") {
    const target = this.page.locator(within).first().locator("button, a").filter({ hasText: words }).first();
    const [file] = await Promise.all([this.page.waitForEvent("download"), target.click()]);
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
  }

  /** Keeps a file beside the pictures, to be looked at. */
  keep(name, bytes) {
    if (!SHOTS || !this.journey.looks) return;
    mkdirSync(SHOTS, { recursive: true });
    writeFileSync(join(SHOTS, name), bytes);
  }

  /** Goes to the first village of the formation (or the first that a selector finds); gives its address. */
  async firstVillage(selector = ".yz-tile") {
    const tile = this.page.locator(selector).first();
    const village = await tile.getAttribute("href");
    assert.equal(await this.leave(() => tile.click()), 200);
    assert.equal(this.path, village);
    return village;
  }

  /** On a village's page: enters a fact; gives the status of the page after it. */
  async enterFact(id, value, source) {
    const row = this.page.locator(`#fact-${id}`);
    const form = row.locator("form");
    if (!(await form.isVisible())) await row.locator("summary").click();
    await form.locator("[name=value]").fill(value);
    await form.locator("[name=source]").fill(source);
    return this.leave(() => form.locator("button").click());
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

  /** Changes the size of the window. */
  async resize(size) {
    const { width, height } = this.page.viewportSize();
    if (width !== size.width || height !== size.height) await this.page.setViewportSize(size);
  }

  /**
   * A picture of the whole page, or of the window alone, as where a dialog is open.
   * The browser is asked itself: it packs pictures faster than the driver lets it.
   */
  async shot(name, { whole = true } = {}) {
    if (!SHOTS) return;
    mkdirSync(SHOTS, { recursive: true });
    // What is fixed to the window stands at the top of a picture of the whole page.
    await this.page.evaluate(() => {
      window.scrollTo({ top: 0, behavior: "instant" });
      return document.fonts.ready.then(() => null);
    });
    const { cssContentSize: page } = await this.debugging.send("Page.getLayoutMetrics");
    const clip = { x: 0, y: 0, width: page.width, height: page.height, scale: 1 };
    const size = whole ? { captureBeyondViewport: true, clip } : {};
    const wanted = { format: "png", optimizeForSpeed: true, ...size };
    const { data } = await this.debugging.send("Page.captureScreenshot", wanted);
    writeFileSync(join(SHOTS, `${name}.png`), Buffer.from(data, "base64"));
  }

  /** The page as the reader's printer gives it; how many sheets that is. */
  async print(name) {
    const pdf = await this.page.pdf({ preferCSSPageSize: true });
    if (SHOTS) writeFileSync(join(SHOTS, `${name}.pdf`), pdf);
    return pdf.toString("latin1").match(/\/Type\s*\/Page\b(?!s)/g).length;
  }

  fault(name, found) {
    this.journey.faults.push(...found.map((what) => `${name}: ${what}`));
  }

  /** No violation of WCAG A and AA on the page as it is. `rules`: what axe is told of single rules. */
  async accessible(name, rules = {}) {
    if (!(await this.page.evaluate(() => "axe" in window))) await this.page.evaluate(AXE);
    const [held, found] = await this.page.evaluate(async ([values, rules]) => {
      // None of these rules reads style sheets.
      const options = { runOnly: { type: "tag", values }, rules, resultTypes: ["violations"], preload: false };
      const { passes, violations } = await window.axe.run(document, options);
      const told = violations.flatMap((v) =>
        v.nodes.slice(0, 5).map((n) => `${v.id} (${v.nodes.length}): ${n.target.join(" ")} | ${n.failureSummary.split("\n")[1]?.trim()}`),
      );
      return [passes.length, told];
    }, [RULES, rules]);
    assert.ok(held > 5, `${name}: axe looked at the page`);
    this.fault(name, found);
  }

  /** Nothing sticks out to the side. */
  async fits(name) {
    const found = await this.page.evaluate(() => {
      const width = document.documentElement.clientWidth;
      if (document.documentElement.scrollWidth <= width) return [];
      const scrolls = (e) => e && (["auto", "scroll", "hidden"].includes(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
      const out = [...document.querySelectorAll("body *")]
        .filter((e) => e.getBoundingClientRect().right > width + 0.5 && !scrolls(e.parentElement))
        .slice(0, 6)
        .map((e) => `${e.tagName.toLowerCase()}.${e.className} to ${Math.round(e.getBoundingClientRect().right)} of ${width}`);
      return out.length > 0 ? out : [`${document.documentElement.scrollWidth} of ${width}`];
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
        if (!hidden && foreign && parentElement.closest("[lang]")?.getAttribute("lang") !== "zh") {
          out.push(`${parentElement.tagName.toLowerCase()}.${parentElement.className}: ${data.trim().slice(0, 40)}`);
        }
      }
      return out.slice(0, 12);
    });
    this.fault(`${name} has Chinese without lang=zh`, found);
  }

  /** Looks at the page as it is, at one size of window: nothing sticks out, no barrier, a picture. */
  async lookAt(size, name, rules) {
    await this.resize(size);
    await this.fits(name);
    await this.accessible(name, rules);
    await this.shot(name);
  }

  /** Nothing sticks out of the narrowest window. */
  async fitsNarrow(name) {
    await this.resize(NARROW);
    await this.fits(`${name} at ${NARROW.width}`);
  }

  /**
   * Looks at the page as every reader would: wide, on a phone, and in English; each checked, each shot.
   * Only for pages that can be read again by their address, unless `english` is false.
   */
  async look(name, { english = true } = {}) {
    if (!this.journey.looks) return;
    const before = this.page.viewportSize();
    await this.lookAt(DESK, name);
    await this.lookAt(PHONE, `${name}-phone`);
    await this.fitsNarrow(name);
    if (english) {
      await this.resize(DESK);
      await this.speak("en");
      await this.lookAt(DESK, `${name}-en`, CONTRAST);
      await this.saysChinese(`${name}-en`);
      await this.resize(PHONE);
      await this.fits(`${name}-en on a phone`);
      await this.resize(DESK);
      await this.speak("zh");
    }
    await this.resize(before);
  }

  /** Switches the language by the button in the header. */
  async speak(lang) {
    await this.leave(() => this.page.locator(`.yz-switch button[name=lang][value=${lang}]:visible`).first().click());
    assert.equal(await this.page.locator("html").getAttribute("lang"), lang === "en" ? "en" : "zh-CN");
  }
}
