// Dialogs: opened by data-dialog="id", confirmation by data-confirm="sentence", help and pop-ups closed by Esc.
import { around, byId } from "./page";

document.addEventListener("click", (event) => {
  const opener = around(event, "[data-dialog]");
  const dialog = opener && byId<HTMLDialogElement>(opener.dataset.dialog ?? "");
  if (dialog instanceof HTMLDialogElement && !dialog.open) {
    event.preventDefault();
    dialog.showModal();
  }
  // A click elsewhere closes an open panel.
  for (const panel of document.querySelectorAll<HTMLDetailsElement>("details.yz-pop[open]")) {
    if (!(event.target instanceof Node && panel.contains(event.target))) panel.open = false;
  }
});

/** Asks, and goes on only after a yes. */
function ask(text: string, word: string | undefined, go: () => void): void {
  const dialog = byId<HTMLDialogElement>("confirm");
  const yes = dialog?.querySelector<HTMLButtonElement>("[data-yes]");
  const place = dialog?.querySelector("[data-text]");
  if (!dialog || !yes || !place || dialog.open) return;
  place.textContent = text;
  yes.textContent = word || (yes.dataset.word ?? "");
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => dialog.returnValue === "yes" && go(), { once: true });
  dialog.showModal();
}

const asked = new WeakSet<HTMLFormElement>();

document.addEventListener(
  "submit",
  (event) => {
    const form = event.target as HTMLFormElement;
    const button = event.submitter;
    const asks = button?.dataset.confirm !== undefined ? button : form;
    const text = asks.dataset.confirm;
    if (text === undefined || asked.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(text, asks.dataset.yes, () => {
      asked.add(form);
      form.requestSubmit(button);
      // A form that is not valid does not submit: it is asked again next time.
      asked.delete(form);
    });
  },
  true,
);

document.addEventListener("htmx:confirm", (event) => {
  const told = (event as CustomEvent<{ question?: string; elt: HTMLElement; issueRequest: (skip: boolean) => void }>).detail;
  if (!told.question) return;
  event.preventDefault();
  ask(told.question, told.elt.dataset.yes, () => told.issueRequest(true));
});

// What is adverse to a person is never sent by Enter alone.
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && around(event, ".is-adverse") && around(event, "input, select")) event.preventDefault();
});

// A form that came back with faults: focus goes to their summary.
document.querySelector<HTMLElement>("[data-focus]")?.focus();
