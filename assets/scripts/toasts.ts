// Toasts: ten seconds on screen, longer under the pointer or the focus.
import { around, byId, copy } from "./page";

const STAY = 10_000;

function leave(toast: HTMLElement): void {
  const tick = () => {
    if (toast.matches(":hover, :focus-within")) window.setTimeout(tick, 2_000);
    else toast.remove();
  };
  window.setTimeout(tick, STAY);
}

/** Shows a sentence. */
export function toast(text: string): void {
  const place = byId("toasts");
  const box = copy("toast");
  const span = box?.querySelector("span");
  if (!place || !box || !span || !text) return;
  place.append(box);
  // Set after it is in the page, so that it is read out.
  span.textContent = text;
  leave(box);
}

for (const box of document.querySelectorAll<HTMLElement>("#toasts > .yz-toast")) leave(box);

document.addEventListener("click", (event) => {
  if (around(event, "[data-close]")) around(event, ".yz-toast")?.remove();
});

// The server says one with the header `HX-Trigger: {"toast": "…"}`.
document.addEventListener("toast", (event) => {
  const told = (event as CustomEvent<{ value?: unknown }>).detail?.value;
  if (typeof told === "string") toast(told);
});
