// Keyboard: / find, g and a letter for the rail, ? help, Esc closes.
import { around, byId } from "./page";

let gone = 0;

function typing(event: KeyboardEvent): boolean {
  return event.isComposing || around(event, "input, textarea, select, [contenteditable]") !== null;
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    const panel = document.querySelector<HTMLDetailsElement>("details.yz-pop[open]");
    if (panel) {
      panel.open = false;
      panel.querySelector("summary")?.focus();
    } else if (around(event, "#find")) {
      (event.target as HTMLElement).blur();
    }
    return;
  }
  if (typing(event) || event.ctrlKey || event.altKey || event.metaKey || document.querySelector("dialog[open]")) return;
  if (gone && Date.now() - gone < 1_500) {
    gone = 0;
    const link = document.querySelector<HTMLAnchorElement>(`.yz-rail a[data-key="${CSS.escape(event.key)}"]`);
    if (link) {
      event.preventDefault();
      link.click();
    }
    return;
  }
  gone = 0;
  if (event.key === "/") {
    const find = byId<HTMLInputElement>("find");
    if (!find) return;
    event.preventDefault();
    find.focus();
    find.select();
  } else if (event.key === "?") {
    byId<HTMLDialogElement>("help")?.showModal();
  } else if (event.key === "g") {
    gone = Date.now();
  }
});
