// What the page says about itself, and small helpers.

/** The account that reads; empty before login. */
export const account = document.body.dataset.account ?? "";

/** The token that posts must carry. */
export function csrf(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf"]')?.content ?? "";
}

/** An element by id. */
export function byId<T extends HTMLElement>(id: string): T | null {
  return document.getElementById(id) as T | null;
}

/** A copy of a template's first element. */
export function copy(id: string): HTMLElement | null {
  const first = byId<HTMLTemplateElement>(id)?.content.firstElementChild;
  return first ? (first.cloneNode(true) as HTMLElement) : null;
}

/** Text of a template. */
export function words(id: string): string {
  return byId<HTMLTemplateElement>(id)?.content.textContent?.trim() ?? "";
}

/** Says a sentence to screen readers. */
export function announce(text: string): void {
  const status = byId("status");
  if (status) status.textContent = text;
}

/** The element an event happened in, or one around it. */
export function around<T extends Element = HTMLElement>(event: Event, selector: string): T | null {
  return event.target instanceof Element ? event.target.closest<T>(selector) : null;
}
