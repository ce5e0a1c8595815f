// Lists: how many are ticked, all of a page at once, columns in an order of one's own, suggestions while typing.
import { announce, around } from "./page";

function ticks(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>('.yz-tick input[name="id"]')];
}

/** Says how many are ticked; all that match are as many as the sentence has after the stroke. */
function count(form: HTMLFormElement): void {
  const own = ticks(form);
  const n = own.filter((tick) => tick.checked).length;
  const head = form.querySelector<HTMLInputElement>("[data-all]");
  if (head) {
    head.checked = n > 0 && n === own.length;
    head.indeterminate = n > 0 && n < own.length;
  }
  const place = form.querySelector<HTMLElement>("[data-n]");
  const whole = form.querySelector<HTMLInputElement>('[name="all"]')?.checked;
  const said = form.dataset.picked ?? "";
  if (place) place.textContent = said.replace("#", whole ? (said.match(/[\d,]+/)?.[0] ?? "") : String(n));
}

document.addEventListener("change", (event) => {
  const input = around<HTMLInputElement>(event, ".yz-picking input");
  const form = input?.form;
  if (!input || !form) return;
  if ("all" in input.dataset) for (const tick of ticks(form)) tick.checked = input.checked;
  count(form);
});

// A form of one tick left checked when somebody comes back to the page.
for (const form of document.querySelectorAll<HTMLFormElement>("form.yz-picking")) count(form);

/** Moves a line of an ordered list; what it holds keeps the focus. */
function move(line: Element, down: boolean): void {
  const other = down ? line.nextElementSibling : line.previousElementSibling;
  if (!other) return;
  if (down) other.after(line);
  else other.before(line);
  const input = line.querySelector("input");
  input?.focus();
  const at = [...(line.parentElement?.children ?? [])].indexOf(line) + 1;
  announce(`${line.textContent?.trim()} ${at}`);
}

document.addEventListener("keydown", (event) => {
  const line = around(event, "[data-order] > *");
  if (!line || !event.altKey || (event.key !== "ArrowUp" && event.key !== "ArrowDown")) return;
  event.preventDefault();
  move(line, event.key === "ArrowDown");
});

let held: Element | null = null;

document.addEventListener("dragstart", (event) => {
  held = around(event, "[data-order] > *");
  held?.classList.add("is-held");
});
document.addEventListener("dragover", (event) => {
  const over = around(event, "[data-order] > *");
  if (!held || !over || over === held || over.parentElement !== held.parentElement) return;
  event.preventDefault();
  const box = over.getBoundingClientRect();
  if (event.clientY < box.y + box.height / 2) over.before(held);
  else over.after(held);
});
document.addEventListener("dragend", () => {
  held?.classList.remove("is-held");
  held = null;
});

// What may become a person's number is not sent while it is typed; nor is what is still being composed.
document.addEventListener("htmx:configRequest", (event) => {
  const box = around<HTMLInputElement>(event, "[data-suggest]");
  if (!box) return;
  const digits = box.value.replace(/\D/g, "").length;
  if (digits > 6 && !/^\s*\d{12}\s*$/.test(box.value)) event.preventDefault();
});

// From the box to its suggestions and back by arrows; Esc puts them away.
document.addEventListener("keydown", (event) => {
  const find = around(event, ".yz-find");
  if (!find || event.isComposing) return;
  if (event.key === "Escape") find.querySelector(".yz-hits")?.replaceChildren();
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [...find.querySelectorAll<HTMLElement>("[data-suggest], .yz-hits a")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
});
