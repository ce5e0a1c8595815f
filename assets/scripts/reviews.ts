// A seat's answers by keys: 1 to 4 choose, J and K go, Enter saves, Ctrl+Z takes back. Works as a plain form without this.
import { around, byId } from "./page";

const form = document.querySelector<HTMLFormElement>("form[data-review-answer]");

/** Whether letters belong to what is typed; a chosen conclusion is no text. */
function writes(event: Event): boolean {
  const field = around<HTMLInputElement>(event, "input, textarea, select");
  return field !== null && field.type !== "radio";
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || document.querySelector("dialog[open]")) return;
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
    const undo = byId<HTMLFormElement>("undo");
    if (!undo || writes(event)) return;
    event.preventDefault();
    undo.requestSubmit();
    return;
  }
  if (event.ctrlKey || event.altKey || event.metaKey || writes(event)) return;
  const key = event.key.toLowerCase();
  if (form && ["1", "2", "3", "4"].includes(key)) {
    const radio = byId<HTMLInputElement>(`a${key}`);
    if (!radio) return;
    event.preventDefault();
    radio.checked = true;
    radio.focus();
  } else if (key === "j" || key === "k") {
    byId<HTMLAnchorElement>(key === "j" ? "go-next" : "go-prev")?.click();
  }
});
