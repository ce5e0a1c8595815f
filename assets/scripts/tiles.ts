// The formation: one stop of the Tab key for each flock, arrows move between tiles as they lie on the screen.
import { around } from "./page";

for (const flock of document.querySelectorAll(".yz-flock ol")) {
  flock.querySelectorAll<HTMLElement>(".yz-tile").forEach((tile, i) => (tile.tabIndex = i ? -1 : 0));
}

const WAYS: Record<string, [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

document.addEventListener("keydown", (event) => {
  const way = WAYS[event.key];
  const here = around(event, ".yz-tile");
  const all = here?.closest(".yz-form");
  if (!way || !here || !all || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const from = here.getBoundingClientRect();
  let best: HTMLElement | null = null;
  let least = Infinity;
  for (const tile of all.querySelectorAll<HTMLElement>(".yz-tile")) {
    const to = tile.getBoundingClientRect();
    const dx = to.x + to.width / 2 - from.x - from.width / 2;
    const dy = to.y + to.height / 2 - from.y - from.height / 2;
    const ahead = dx * way[0] + dy * way[1];
    const aside = Math.abs(dx * way[1]) + Math.abs(dy * way[0]);
    // Ahead by half a tile at least; straying to the side weighs double.
    const far = ahead + 2 * aside;
    if (ahead > 8 && far < least) [best, least] = [tile, far];
  }
  if (!best) return;
  for (const tile of best.closest("ol")?.querySelectorAll<HTMLElement>(".yz-tile") ?? []) tile.tabIndex = -1;
  best.tabIndex = 0;
  best.focus();
});
