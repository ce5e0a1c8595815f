// The cells of a mark sheet: what stands in them, what they take, how they look.
import { byId } from "./page";

export interface Column {
  id: string;
  name: string;
  /** `mark`, `number`, `choice`, `date` or `text`. */
  kind: string;
  /** Hundredths. */
  full: number;
  step: number;
  says: string;
  owed: boolean;
}

export const form = byId<HTMLFormElement>("marks");
export const isOpen = form?.dataset.open === "1";

const sentences = new Map<string, string>();
for (const p of byId<HTMLTemplateElement>("mk-w")?.content.querySelectorAll<HTMLElement>("[data-w]") ?? []) {
  sentences.set(p.dataset.w ?? "", p.textContent ?? "");
}

/** A sentence of the page with its places filled in. */
export function say(id: string, args: Record<string, string | number> = {}): string {
  return (sentences.get(id) ?? "").replace(/\{(\w+)\}/g, (_, name: string) => String(args[name] ?? ""));
}

export const columns: Column[] = [];
for (const at of form?.querySelectorAll<HTMLElement>("[data-column]") ?? []) {
  const d = at.dataset;
  columns.push({
    id: d.column ?? "",
    name: d.name ?? "",
    kind: d.kind ?? "",
    full: Number(d.full),
    step: Number(d.step),
    says: d.says ?? "",
    owed: "owed" in d,
  });
}

export const rows = [...(form?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];

/** The inputs of a row, by column. */
export function inputs(row: HTMLElement | undefined): HTMLInputElement[] {
  return row ? [...row.querySelectorAll<HTMLInputElement>('input[name^="v."]')] : [];
}

const grid = rows.map(inputs);

export function inputAt(row: number, column: number): HTMLInputElement | undefined {
  return grid[row]?.[column];
}

/** Where an input stands: row and column; nothing for others. */
export function place(input: Element | null): [number, number] | null {
  for (let r = 0; r < grid.length; r++) {
    const c = grid[r]?.indexOf(input as HTMLInputElement) ?? -1;
    if (c >= 0) return [r, c];
  }
  return null;
}

/** Code and column of an input. */
export function keyOf(input: HTMLInputElement): string {
  return input.name.slice(2).replace(".", " ");
}

export function byKey(key: string): HTMLInputElement | null {
  const name = `v.${key.replace(" ", ".")}`;
  return form?.querySelector<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`) ?? null;
}

export function columnOf(id: string): Column | undefined {
  return columns.find((c) => c.id === id);
}

/** Digits of full width as narrow ones, blanks left out: what an input method for Chinese gives. */
export function tidy(column: Column | undefined, text: string): string {
  const trimmed = text.trim();
  if (column?.kind === "text" || column?.kind === "choice") return trimmed;
  return trimmed.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0)).replace(/\s/g, "");
}

/** Hundredths of a mark as typed; nothing where it is none. */
function hundredths(text: string): number | null {
  const found = /^(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text);
  const fraction = (found?.[2] ?? "").padEnd(6, "0");
  if (!found || !/^\d\d0000$/.test(fraction)) return null;
  return Number(found[1]) * 100 + Number(fraction.slice(0, 2));
}

/** What is wrong with a value, in the server's words; nothing where it may stand. Facts are left to the server. */
export function fault(column: Column | undefined, text: string): string {
  if (column?.kind !== "mark" || text === "") return "";
  const n = hundredths(text);
  return n !== null && n <= column.full && n % column.step === 0 ? "" : column.says;
}

/** A value as the server would show it. */
export function shown(column: Column | undefined, text: string): string {
  const n = column?.kind === "mark" && text !== "" ? hundredths(text) : null;
  return n === null ? text : `${Math.floor(n / 100)}.${String(n % 100).padStart(2, "0")}`;
}

const faults = new Map<string, HTMLElement>();

/** Lists what is wrong with a cell, or takes it off the list. */
export function setFault(key: string, why: string, acts: HTMLElement[] = []): void {
  const box = byId("mk-faults");
  const list = box?.querySelector("ul");
  faults.get(key)?.remove();
  faults.delete(key);
  const input = byKey(key);
  const cell = input?.closest<HTMLElement>("[data-cell]");
  cell?.classList.toggle("is-bad", why !== "");
  if (input) {
    if (why) input.setAttribute("aria-invalid", "true");
    else input.removeAttribute("aria-invalid");
    input.title = why;
    refresh(input.closest<HTMLElement>("[data-row]"));
  }
  if (!box || !list) return;
  if (input) list.querySelector(`a[href="#${CSS.escape(input.id)}"]`)?.closest("li")?.remove();
  if (why) {
    const line = document.createElement("li");
    const link = document.createElement("a");
    link.textContent = `${input?.getAttribute("aria-label") ?? key} ${input?.value ?? ""}`;
    if (input) link.href = `#${input.id}`;
    line.append(link, `：${why}。`, ...(acts.length ? acts : [say("kept")]));
    list.append(line);
    faults.set(key, line);
  }
  const n = list.children.length;
  box.hidden = n === 0;
  const place = box.querySelector("[data-n]");
  if (place) place.textContent = String(n);
}

/** Sum, state and progress after a cell of a row changed. */
export function refresh(row: HTMLElement | null): void {
  if (row) {
    let [total, marks, missing, bad] = [0, 0, 0, 0];
    inputs(row).forEach((input) => {
      const column = columnOf(keyOf(input).split(" ")[1] ?? "");
      const wrong = input.closest("[data-cell]")?.classList.contains("is-bad") ?? false;
      const n = column?.kind === "mark" && !wrong ? hundredths(tidy(column, input.value)) : null;
      if (n !== null) [total, marks] = [total + n, marks + 1];
      if (wrong) bad++;
      else if (column?.owed && !input.value.trim()) missing++;
    });
    const sum = row.querySelector("[data-total]");
    const text = `${Math.floor(total / 100)}.${String(total % 100).padStart(2, "0")}`;
    if (sum) put(sum, marks === 0 ? "—" : missing || bad ? say("part", { n: text }) : text, missing || bad ? "yz-part" : "");
    const state = row.querySelector("[data-status]");
    if (state && bad) put(state, say("bad"), "yz-tag is-stop");
    else if (state) put(state, missing ? say("missing", { n: missing }) : "✓", missing ? "yz-missing" : "");
  }
  const bar = byId<HTMLProgressElement & HTMLElement>("mk-bar");
  const filled = form?.querySelector("[data-filled]");
  // Only rows that owe something may be in sight: what is not there counts as it stood.
  if (!bar || !filled) return;
  const now = rows.flatMap(inputs).filter((i) => i.value.trim() && columnOf(keyOf(i).split(" ")[1] ?? "")?.owed).length;
  const at = Number(bar.dataset.else ?? Number(filled.textContent) - now);
  bar.dataset.else ??= String(at);
  filled.textContent = String(at + now);
  bar.value = at + now;
}

function put(place: Element, text: string, classes: string): void {
  if (!classes) {
    place.textContent = text;
    return;
  }
  const span = document.createElement("span");
  span.className = classes;
  span.textContent = text;
  place.replaceChildren(span);
}
