// Saving the cells of a mark sheet as they are typed. What the server does not have yet stays on this machine, for this
// account, and is sent again when the line is back, by this page or the next.
import { byKey, columnOf, fault, form, isOpen, keyOf, say, setFault, shown, tidy } from "./marks-cells";
import { account, announce, byId, csrf } from "./page";

interface Waiting {
  value: string;
  /** What the server showed last. */
  was: string;
  note?: string;
}

interface Answer {
  saved: [string, string, string][];
  refused: {
    code: string;
    column: string;
    value: string;
    reason: string;
    now: { value: string; by: string; at: string } | null;
  }[];
  at: string;
  done: { left: number; unchecked: number };
}

const sheet = form?.dataset.sheet ?? "";
/** Cells of one message. */
const MOST = 500;
const waiting = new Map<string, Waiting>();
let [sending, saved, timer, tries] = [false, "", 0, 0];
let trouble: "" | "local" | "out" = "";

/** Not the account itself: who looks into the machine's storage learns no more than a number. */
function hash(text: string): string {
  let n = 2166136261;
  for (let i = 0; i < text.length; i++) n = Math.imul(n ^ text.charCodeAt(i), 16777619) >>> 0;
  return n.toString(36);
}

const KEPT = `yz-marks:${hash(account)}:${sheet}`;

/** Storage may be off or full: then the cells wait in the page alone. */
function stored(change?: (all: Record<string, Waiting>) => void): Record<string, Waiting> {
  try {
    const all = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Record<string, Waiting>;
    if (!change) return all;
    change(all);
    if (Object.keys(all).length) localStorage.setItem(KEPT, JSON.stringify(all));
    else localStorage.removeItem(KEPT);
    return all;
  } catch {
    return {};
  }
}

function keep(key: string, cell: Waiting): void {
  waiting.set(key, cell);
  stored((all) => (all[key] = cell));
}

function drop(key: string): void {
  waiting.delete(key);
  stored((all) => delete all[key]);
}

function tell(): void {
  const place = byId("mk-state");
  const n = waiting.size;
  if (!place) return;
  const bullet = document.createElement("span");
  bullet.setAttribute("aria-hidden", "true");
  bullet.textContent = "● ";
  let text = n ? say(saved ? "saving" : "begin", { n, at: saved }) : saved ? say("saved", { at: saved }) : "";
  if (n && trouble) text = say(trouble, { n });
  place.classList.toggle("is-late", n > 0 && trouble !== "");
  place.replaceChildren(...(text ? [bullet, text] : []));
  if (n && trouble === "out") {
    const link = document.createElement("a");
    link.href = `/login?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = say("login");
    place.append(" ", link);
  }
  // Signing out takes away what waits here: the reader is asked first.
  for (const out of document.querySelectorAll<HTMLFormElement>('form[action="/logout"]')) {
    if (n) out.dataset.confirm = say("local", { n });
    else delete out.dataset.confirm;
  }
}

function soon(after: number): void {
  clearTimeout(timer);
  timer = window.setTimeout(() => void send(), after);
}

/** Takes a cell as it stands: bad ones are told and not sent, others go out soon. */
export function took(input: HTMLInputElement): void {
  if (!isOpen) return;
  const key = keyOf(input);
  const column = columnOf(key.split(" ")[1] ?? "");
  const text = tidy(column, input.value);
  const why = fault(column, text);
  const cell = input.closest("[data-cell]");
  setFault(key, why);
  if (why) {
    drop(key);
    cell?.classList.remove("is-saving");
    return tell();
  }
  const was = waiting.get(key);
  const kept = input.dataset.kept ?? "";
  const same = shown(column, text) === kept && was?.note === undefined;
  // What is under way may say otherwise: then the last word is sent after it.
  if (same && !(sending && was)) {
    drop(key);
    cell?.classList.remove("is-saving");
    return tell();
  }
  keep(key, { ...was, value: text, was: was?.was ?? kept });
  cell?.classList.add("is-saving");
  tell();
  soon(350);
}

/** Takes a note beside a cell. */
export function noted(key: string, note: string): void {
  if (!isOpen) return;
  const kept = byKey(key)?.dataset.kept ?? "";
  const was = waiting.get(key);
  keep(key, { value: was?.value ?? kept, was: was?.was ?? kept, note });
  tell();
  soon(350);
}

/** A note that waits; nothing where there is none. */
export function noteOf(key: string): string | undefined {
  return waiting.get(key)?.note;
}

function button(word: string, act: () => void): HTMLButtonElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-sm";
  made.textContent = say(word);
  made.addEventListener("click", act);
  return made;
}

/** Somebody else wrote the cell: both values are shown, the reader chooses. */
function conflict(key: string, mine: string, now: { value: string; by: string; at: string }): void {
  const input = byKey(key);
  if (input) input.dataset.kept = now.value;
  const text = say("conflict", { by: now.by, at: now.at, now: now.value || say("empty"), mine: mine || say("empty") });
  setFault(key, text, [
    button("mine", () => {
      setFault(key, "");
      keep(key, { value: mine, was: now.value });
      tell();
      soon(0);
    }),
    button("theirs", () => {
      if (input) input.value = now.value;
      setFault(key, "");
    }),
  ]);
}

function heard(answer: Answer, sent: Map<string, Waiting>): void {
  for (const [code, id, value] of answer.saved) {
    const key = `${code} ${id}`;
    const input = byKey(key);
    const now = waiting.get(key);
    if (input) input.dataset.kept = value;
    if (now && now !== sent.get(key)) {
      // Typed on meanwhile: what was saved is what it stood at.
      keep(key, { ...now, was: value });
      continue;
    }
    drop(key);
    const cell = input?.closest("[data-cell]");
    cell?.classList.remove("is-saving");
    if (input && document.activeElement !== input) input.value = value;
    setFault(key, "");
  }
  for (const r of answer.refused) {
    const key = `${r.code} ${r.column}`;
    const now = waiting.get(key);
    if (now && now !== sent.get(key)) continue;
    drop(key);
    byKey(key)?.closest("[data-cell]")?.classList.remove("is-saving");
    if (r.now) conflict(key, r.value, r.now);
    else setFault(key, r.reason);
  }
  saved = answer.at;
  const submit = byId("mk-submit");
  if (submit) {
    const { left, unchecked } = answer.done;
    submit.textContent = left ? say("left", { n: left }) : unchecked ? say("unchecked", { n: unchecked }) : say("submit");
    if (left || unchecked) submit.setAttribute("aria-disabled", "true");
    else submit.removeAttribute("aria-disabled");
  }
}

async function send(): Promise<void> {
  if (sending || waiting.size === 0) return;
  sending = true;
  const sent = new Map([...waiting].slice(0, MOST));
  const cells = [...sent].map(([key, w]) => {
    const [code, column] = key.split(" ");
    return { code, column, value: w.value, was: w.was, note: w.note ?? null };
  });
  const stop = new AbortController();
  const late = window.setTimeout(() => stop.abort(), 20_000);
  try {
    const answer = await fetch(`/sheets/${sheet}/cells`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF": csrf() },
      body: JSON.stringify({ cells }),
      signal: stop.signal,
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw new Error("out");
    if (!answer.ok) throw new Error("local");
    heard((await answer.json()) as Answer, sent);
    [trouble, tries] = ["", 0];
  } catch (e) {
    trouble = e instanceof Error && e.message === "out" ? "out" : "local";
    tries++;
    announce(say(trouble, { n: waiting.size }));
  } finally {
    clearTimeout(late);
    sending = false;
  }
  tell();
  // 2, 4, 8 … 60 seconds after a failure.
  if (waiting.size) soon(trouble ? Math.min(60_000, 1_000 * 2 ** tries) : 0);
}

/** Fills in what an earlier page could not send, and sends it. */
export function begin(): void {
  if (!isOpen || !sheet) return;
  for (const [key, cell] of Object.entries(stored())) {
    const input = byKey(key);
    const column = columnOf(key.split(" ")[1] ?? "");
    if (input && cell.note === undefined && shown(column, cell.value) === input.dataset.kept) {
      drop(key);
      continue;
    }
    waiting.set(key, cell);
    if (!input) continue;
    input.value = cell.value;
    input.closest("[data-cell]")?.classList.add("is-saving");
  }
  tell();
  soon(0);
  addEventListener("online", () => soon(0));
  // A page that is left sends what it can; what does not arrive waits on the machine.
  addEventListener("pagehide", () => void send());
}
