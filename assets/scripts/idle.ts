// The end of an idle session: two minutes before it a dialog; at the end the login page. Drafts stay (drafts.ts).
import { account, byId, csrf } from "./page";

const limit = Number(document.body.dataset.idleSeconds ?? 0) * 1000;
const WARN = 120_000;
const TOUCH = 60_000;

if (account && limit > 0) watch();

function watch(): void {
  const dialog = byId<HTMLDialogElement>("idle");
  const left = dialog?.querySelector("[data-left]");
  const tabs = "BroadcastChannel" in window ? new BroadcastChannel("yz-session") : null;
  let heard = Date.now();
  let acted = false;

  /** The server heard of the reader just now. */
  const alive = (told = true) => {
    heard = Date.now();
    acted = false;
    if (dialog?.open) dialog.close();
    if (told) tabs?.postMessage("alive");
  };
  const out = () => {
    const next = encodeURIComponent(location.pathname + location.search);
    location.assign(`/login?idle=1&next=${next}`);
  };
  const touch = async () => {
    try {
      const answer = await fetch("/session/touch", {
        method: "POST",
        headers: { "X-CSRF": csrf() },
        body: new URLSearchParams({ csrf: csrf() }),
        redirect: "manual",
      });
      if (answer.ok) alive();
      else if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") out();
    } catch {
      // No connection: the next act tries again, the clock runs on.
    }
  };

  // The reader types or clicks: the server hears of it once a minute at most.
  for (const name of ["keydown", "pointerdown", "input"]) {
    document.addEventListener(name, () => (acted = true), { passive: true, capture: true });
  }
  document.addEventListener("htmx:afterRequest", () => alive());
  dialog?.addEventListener("close", () => Date.now() - heard > 1_000 && void touch());
  tabs?.addEventListener("message", () => alive(false));
  tabs?.postMessage("alive");

  window.setInterval(() => {
    const rest = limit - (Date.now() - heard);
    if (rest <= 0) return out();
    if (dialog?.open) {
      const seconds = Math.ceil(rest / 1000);
      if (left) left.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    } else if (acted && Date.now() - heard > TOUCH) {
      acted = false;
      void touch();
    } else if (rest <= Math.min(WARN, limit / 2)) {
      dialog?.showModal();
    }
  }, 1_000);
}
