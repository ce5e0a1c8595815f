// htmx, locked down: nothing evaluated, nothing fetched from elsewhere, no page kept on the machine.
import htmx from "htmx.org";
import "htmx-ext-sse";
import { announce, copy, csrf, words } from "./page";
import { toast } from "./toasts";

Object.assign(htmx.config, {
  allowEval: false,
  allowScriptTags: false,
  selfRequestsOnly: true,
  includeIndicatorStyles: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // What arrives answers at once: a choice made before the page has settled would be lost.
  defaultSettleDelay: 0,
  // Styles of elements are refused by the policy; there are none to carry over.
  attributesToSettle: ["class", "width", "height"],
});

// Browsers of some years ago break a stream off when its page is left, and call that an error. It is none.
let left = 0;

addEventListener("beforeunload", () => {
  left = Date.now();
});

Object.assign(htmx, {
  createEventSource(url: string): EventSource {
    const source = new EventSource(url);
    source.addEventListener("error", (event) => {
      if (Date.now() - left < 1_000) event.stopImmediatePropagation();
    });
    return source;
  },
});

type Detail = { headers: Record<string, string>; target?: HTMLElement; elt?: HTMLElement };

function detail(event: Event): Detail {
  return (event as CustomEvent<Detail>).detail;
}

document.addEventListener("htmx:configRequest", (event) => {
  detail(event).headers["X-CSRF"] = csrf();
});

// Under 300 ms nothing flickers; after that the target is busy, shows bars if it asks for them, and says what is fetched.
const slow = new Map<EventTarget, number>();

document.addEventListener("htmx:beforeRequest", (event) => {
  const target = detail(event).target;
  if (!target) return;
  clearTimeout(slow.get(target));
  slow.set(
    target,
    window.setTimeout(() => {
      target.setAttribute("aria-busy", "true");
      if (target.dataset.doing) announce(target.dataset.doing);
      const bars = "skel" in target.dataset ? copy("skel") : null;
      if (bars) target.replaceChildren(bars);
    }, 300),
  );
});

document.addEventListener("htmx:afterRequest", (event) => {
  const target = detail(event).target;
  if (!target) return;
  clearTimeout(slow.get(target));
  slow.delete(target);
  target.removeAttribute("aria-busy");
});

for (const name of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(name, () => toast(words("lost")));
}
