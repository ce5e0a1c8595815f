// A mark sheet: the keyboard in its grid, pasting, what stands beside a cell. Works as a plain form without this.
import { columnOf, columns, fault, form, inputAt, isOpen, keyOf, place, refresh, rows, say, shown, tidy } from "./marks-cells";
import { plan } from "./marks-paste";
import { begin, noted, noteOf, took } from "./marks-save";
import { announce, around, byId } from "./page";

function cellOf(event: Event): HTMLInputElement | null {
  return around<HTMLInputElement>(event, '#marks input[name^="v."]');
}

function go(row: number, column: number): boolean {
  const next = inputAt(row, column);
  next?.focus();
  next?.select();
  return next !== undefined;
}

function restore(input: HTMLInputElement): void {
  input.value = input.dataset.kept ?? "";
  took(input);
  input.select();
}

/** Whether an arrow to the side leaves the cell: nothing is being edited at that side. */
function leaves(input: HTMLInputElement, left: boolean): boolean {
  const { selectionStart: from, selectionEnd: to, value } = input;
  if (from === 0 && to === value.length) return true;
  return from === to && from === (left ? 0 : value.length);
}

document.addEventListener("keydown", (event) => {
  const input = cellOf(event);
  const at = input && place(input);
  if (!input || !at || event.isComposing) return;
  const [row, column] = at;
  const grid = input.closest("table") !== null;
  let done = false;
  if (event.key === "Enter") {
    const step = event.shiftKey ? -1 : 1;
    done = true;
    if (grid ? !go(row + step, column) : !go(row, column + step)) took(input);
  } else if (event.key === "Escape") {
    done = true;
    restore(input);
  } else if (event.key === "?" && !event.ctrlKey) {
    done = true;
    byId<HTMLDialogElement>("mk-keys")?.showModal();
  } else if (grid && event.key.toLowerCase() === "d" && (event.ctrlKey || event.metaKey)) {
    done = true;
    const above = inputAt(row - 1, column);
    if (above && isOpen) {
      input.value = above.value;
      took(input);
    }
  } else if (grid && !event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) {
    if (event.key === "ArrowUp") [done] = [true, go(row - 1, column)];
    if (event.key === "ArrowDown") [done] = [true, go(row + 1, column)];
    if (event.key === "ArrowLeft" && leaves(input, true)) [done] = [true, go(row, column - 1)];
    if (event.key === "ArrowRight" && leaves(input, false)) [done] = [true, go(row, column + 1)];
  }
  if (done) event.preventDefault();
});

// What is still being typed is no fault yet; it is saved when it is good.
let typing = 0;

document.addEventListener("input", (event) => {
  const input = cellOf(event);
  if (!input) return;
  clearTimeout(typing);
  typing = window.setTimeout(() => {
    const column = columnOf(keyOf(input).split(" ")[1] ?? "");
    if (!fault(column, tidy(column, input.value))) took(input);
  }, 800);
});

document.addEventListener("change", (event) => {
  const input = cellOf(event);
  if (input) {
    clearTimeout(typing);
    took(input);
    refresh(input.closest<HTMLElement>("[data-row]"));
  }
  const note = around<HTMLTextAreaElement>(event, "[data-note]");
  if (note && byId("mk-panel")?.contains(note)) noted(`${note.dataset.code} ${note.dataset.col}`, note.value);
});

document.addEventListener("click", (event) => {
  const by = around(event, "[data-by]");
  const input = by?.closest("[data-cell]")?.querySelector("input");
  if (!by || !input || !isOpen) return;
  const column = columnOf(keyOf(input).split(" ")[1] ?? "");
  if (!column) return;
  const now = Math.round(Number(tidy(column, input.value) || 0) * 100) || 0;
  const next = Math.min(column.full, Math.max(0, now + Number(by.dataset.by) * column.step));
  input.value = (next / 100).toFixed(2);
  took(input);
  announce(input.value);
});

// ---- what stands beside a cell ----

let asked: AbortController | null = null;
let resting = 0;

async function beside(key: string): Promise<void> {
  const panel = byId("mk-panel");
  const [code = "", column = ""] = key.split(" ");
  if (!panel || !form) return;
  asked?.abort();
  asked = new AbortController();
  const query = new URLSearchParams({ code, column, part: "1" });
  try {
    const answer = await fetch(`/sheets/${form.dataset.sheet}/cell?${query}`, { signal: asked.signal, redirect: "manual" });
    if (!answer.ok) return;
    panel.innerHTML = await answer.text();
    const note = panel.querySelector<HTMLTextAreaElement>("[data-note]");
    const waiting = noteOf(key);
    if (note && waiting !== undefined) note.value = waiting;
  } catch {
    // Without a line the panel stays as it is.
  }
}

document.addEventListener("focusin", (event) => {
  const input = cellOf(event);
  if (!input) return;
  for (const old of form?.querySelectorAll(".is-here, .is-row") ?? []) old.classList.remove("is-here", "is-row");
  input.closest("[data-cell]")?.classList.add("is-here");
  input.closest("tr")?.classList.add("is-row");
  if (input.closest("table")) input.select();
  clearTimeout(resting);
  resting = window.setTimeout(() => void beside(keyOf(input)), 200);
});

// ---- pasting ----

const strip = byId("mk-paste");
const yes = strip?.querySelector<HTMLButtonElement>("[data-yes]");
const no = strip?.querySelector<HTMLButtonElement>("[data-no]");
const words = { yes: yes?.textContent ?? "", no: no?.textContent ?? "" };

/** Asks in the strip above the grid; without an act it only tells. */
function ask(text: string, act?: { word: string; go: () => void }): void {
  const title = byId("mk-paste-t");
  if (!strip || !yes || !no || !title) return;
  title.textContent = text;
  yes.hidden = !act;
  yes.textContent = act?.word ?? "";
  no.textContent = act ? words.no : say("known");
  strip.classList.toggle("is-stop", !act);
  strip.hidden = false;
  yes.onclick = () => {
    strip.hidden = true;
    act?.go();
  };
  no.onclick = () => {
    strip.hidden = true;
  };
  (act ? yes : no).focus();
}

function fill(cells: { input: HTMLInputElement; value: string }[]): { input: HTMLInputElement; value: string }[] {
  return cells.map(({ input, value }) => {
    const before = input.value;
    input.value = value;
    took(input);
    refresh(input.closest<HTMLElement>("[data-row]"));
    return { input, value: before };
  });
}

document.addEventListener("paste", (event) => {
  const input = cellOf(event);
  const at = input && place(input);
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (!input || !at || !isOpen || !input.closest("table") || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const now = (row: number, column: number) => inputAt(row, column)?.value ?? "";
  const made = plan(
    text,
    {
      rows: rows.map((r) => ({ code: r.dataset.code ?? "", name: r.dataset.name ?? "" })),
      columns,
      bad: (column, value) => fault(columns[column], tidy(columns[column], value)) !== "",
      now: (row, column) => now(row, column),
    },
    { row: at[0], column: at[1] },
  );
  if (made.refused) return ask(say(made.refused, "args" in made ? made.args : {}));
  if (!("cells" in made)) return;
  const cells = made.cells.flatMap((c) => {
    const cell = inputAt(c.row, c.column);
    const column = columns[c.column];
    return cell ? [{ input: cell, value: shown(column, tidy(column, c.value)) }] : [];
  });
  const changed = cells.filter((c) => c.input.value !== c.value).length;
  const told = say(made.byName ? "byname" : "fill", { n: cells.length, m: changed });
  ask(told + (made.bad ? say("skip", { b: made.bad }) : ""), {
    word: words.yes,
    go: () => {
      const before = fill(cells);
      input.focus();
      ask(say("filled", { n: cells.length }), {
        word: say("undo"),
        go: () => {
          fill(before);
          input.focus();
          announce(say("undone", { n: before.length }));
        },
      });
      if (no) no.textContent = say("known");
    },
  });
});

if (form) {
  for (const button of form.querySelectorAll<HTMLElement>("[data-plain]")) button.hidden = true;
  refresh(null);
  begin();
}
