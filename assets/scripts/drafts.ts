// Drafts: a form with data-draft="key" keeps what was typed in this tab, for this account, until it is sent.
import { account, copy } from "./page";

type Draft = Record<string, string[]>;
type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

const PREFIX = "yz-draft:";
const SENT = `${PREFIX}sent`;
const LEFT_OUT = ["password", "file", "hidden", "submit", "button", "search"];

function name(key: string): string {
  return `${PREFIX}${account}:${key}`;
}

/** Storage may be off or full: drafts are a comfort, never a fault. */
function store(act: (storage: Storage) => void): void {
  try {
    act(sessionStorage);
  } catch {
    /* nothing is kept */
  }
}

function fields(form: HTMLFormElement): Field[] {
  return (Array.from(form.elements) as Field[]).filter(
    (f) => f.name && !LEFT_OUT.includes(f.type) && !("noDraft" in f.dataset) && f.tagName !== "BUTTON" && f.tagName !== "FIELDSET",
  );
}

function ticks(field: Field): field is HTMLInputElement {
  return field instanceof HTMLInputElement && (field.type === "checkbox" || field.type === "radio");
}

function read(form: HTMLFormElement): Draft {
  const draft: Draft = {};
  for (const field of fields(form)) {
    const kept = (draft[field.name] ??= []);
    if (!ticks(field)) kept.push(field.value);
    else if (field.checked) kept.push(field.value);
  }
  return draft;
}

function fill(form: HTMLFormElement, draft: Draft): void {
  const taken: Record<string, number> = {};
  for (const field of fields(form)) {
    const kept = draft[field.name];
    if (!kept) continue;
    if (ticks(field)) field.checked = kept.includes(field.value);
    else field.value = kept[(taken[field.name] = (taken[field.name] ?? -1) + 1)] ?? field.value;
  }
}

/** Forgets the drafts that were sent: the page after a sending is another page of the same reader. */
function forgetSent(): void {
  store((storage) => {
    const sent = storage.getItem(SENT);
    storage.removeItem(SENT);
    const entry = performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming | undefined;
    // At the login page or after a step back the form did not arrive: its draft stays.
    if (sent && account && entry?.type !== "back_forward") storage.removeItem(sent);
  });
}

function keep(form: HTMLFormElement, key: string): void {
  const fresh = read(form);
  store((storage) => {
    const text = storage.getItem(name(key));
    if (!text) return;
    const draft = JSON.parse(text) as Draft;
    if (JSON.stringify(draft) === JSON.stringify(fresh)) return;
    fill(form, draft);
    const notice = copy("draft");
    if (!notice) return;
    form.before(notice);
    notice.querySelector("[data-drop]")?.addEventListener("click", () => {
      fill(form, fresh);
      store((s) => s.removeItem(name(key)));
      notice.remove();
      form.querySelector<HTMLElement>("input:not([type=hidden]), textarea, select")?.focus();
    });
  });
  let waiting = 0;
  const save = () => store((storage) => storage.setItem(name(key), JSON.stringify(read(form))));
  const soon = () => {
    clearTimeout(waiting);
    waiting = window.setTimeout(save, 300);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
  form.addEventListener("submit", () => {
    clearTimeout(waiting);
    save();
    store((storage) => storage.setItem(SENT, name(key)));
  });
}

forgetSent();
if (account) {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-draft]")) keep(form, form.dataset.draft ?? "");
}

// Who signs out leaves nothing behind.
document.addEventListener("submit", (event) => {
  if ((event.target as HTMLFormElement).getAttribute("action") !== "/logout") return;
  store((storage) => {
    for (const key of Object.keys(storage)) if (key.startsWith(PREFIX)) storage.removeItem(key);
    // Cells of mark sheets that wait for the line (marks-save.ts).
    for (const key of Object.keys(localStorage)) if (key.startsWith("yz-marks:")) localStorage.removeItem(key);
  });
});
