// A block from a spreadsheet: which cells it means. Pure. A block that may stand a row or a column off is refused whole.

export interface Target {
  rows: { code: string; name: string }[];
  columns: { id: string; name: string; kind: string }[];
  /** Whether a value may not stand in a column. */
  bad(column: number, text: string): boolean;
  /** What stands there now. */
  now(row: number, column: number): string;
}

export interface Cell {
  row: number;
  column: number;
  value: string;
}

export type Plan =
  | { refused: string; args: Record<string, string | number> }
  | { refused: ""; byName: boolean; cells: Cell[]; changed: number; bad: number };

/** Rows and cells of a clipboard; quoted cells may hold line ends. */
export function parse(text: string): string[][] {
  const rows: string[][] = [[]];
  let [cell, quoted, at] = ["", false, 0];
  const end = () => {
    rows[rows.length - 1]?.push(cell.trim());
    cell = "";
  };
  for (; at < text.length; at++) {
    const c = text[at];
    if (quoted) {
      if (c === '"' && text[at + 1] === '"') cell += text[at++];
      else if (c === '"') quoted = false;
      else cell += c;
    } else if (c === '"' && cell === "") quoted = true;
    else if (c === "\t") end();
    else if (c === "\n") {
      end();
      rows.push([]);
    } else if (c !== "\r") cell += c;
  }
  end();
  return rows.filter((r) => r.some((c) => c !== ""));
}

const fold = (text: string) => text.replace(/\s/g, "").replace(/村民委员会$|村委会$/, "村");
const isNumber = (text: string) => /^[\d.．０-９]+$/.test(text) && !/^\d{12}$/.test(text);
const isHan = (text: string) => /\p{Script=Han}{2}/u.test(text) || /^\d{12}$/.test(text);
const SUMS = ["小计", "合计", "subtotal", "Subtotal"];

function refuse(refused: string, args: Record<string, string | number>): Plan {
  return { refused, args };
}

function list(names: string[]): string {
  const all = [...new Set(names)];
  return all.slice(0, 5).join("、") + (all.length > 5 ? "…" : "");
}

/** Which cells a block fills from a cell on, or why none. */
export function plan(text: string, target: Target, at: { row: number; column: number }): Plan {
  const block = parse(text);
  const columnOf = (head: string) => {
    const first = head.split("\n")[0]?.trim() ?? "";
    return target.columns.findIndex((c) => first === c.id || first.startsWith(`${c.id} `) || (c.name !== "" && first === c.name));
  };
  const isHead = (row: string[]) => row.some((c) => columnOf(c) >= 0) && !row.some(isNumber);
  let heads: string[] | null = null;
  while (block[0] && isHead(block[0])) heads = block.shift() ?? null;
  const width = Math.max(0, ...block.map((r) => r.length));
  const rowOf = (label: string) =>
    target.rows.findIndex((r) => r.code === label || (label !== "" && fold(r.name) === fold(label)));
  const known = (c: number) => block.filter((r) => rowOf(r[c] ?? "") >= 0).length;
  const labels = [0, 1, 2].filter((c) => c < width && (!heads || columnOf(heads[c] ?? "") < 0) && known(c) > 0);
  // Names that are none of ours, where numbers are wanted.
  const kind = target.columns[at.column]?.kind ?? "";
  if (!labels.length && (heads ? columnOf(heads[0] ?? "") < 0 : kind === "mark" || kind === "number")) {
    const strange = block.map((r) => r[0] ?? "").filter(isHan);
    if (strange.length * 2 > block.length) return refuse("r-names", { names: list(strange) });
  }
  let where = block.map((_, i) => at.row + i);
  if (labels.length) {
    const found = block.map((r) => labels.map((c) => rowOf(r[c] ?? "")));
    // Code and name of a row must mean the same.
    const odd = block.filter((_, i) => found[i]?.some((f) => f < 0 || f !== found[i]?.[0]));
    if (odd.length) return refuse("r-names", { names: list(odd.map((r) => labels.map((c) => r[c] ?? "").join(" "))) });
    where = found.map((f) => f[0] ?? -1);
    const twice = where.filter((w, i) => where.indexOf(w) !== i);
    if (twice.length) return refuse("r-twice", { names: list(twice.map((w) => target.rows[w]?.name ?? "")) });
  } else if (at.row + block.length > target.rows.length) {
    return refuse("r-rows", { n: block.length, m: target.rows.length - at.row });
  }
  const values = [...Array(width).keys()].filter((c) => !labels.includes(c));
  let columns: [number, number][];
  if (heads) {
    const unknown = values.filter(
      (c) => columnOf(heads[c] ?? "") < 0 && !SUMS.includes(heads[c] ?? "") && block.some((r) => isNumber(r[c] ?? "")),
    );
    if (unknown.length) return refuse("r-heads", { names: list(unknown.map((c) => heads[c] || `#${c + 1}`)) });
    columns = values.map((c): [number, number] => [c, columnOf(heads[c] ?? "")]).filter(([, to]) => to >= 0);
  } else {
    // The township beside the names is no value.
    const last = Math.max(-1, ...labels);
    const own = values.filter((c) => c > last && !(labels.length && c === last + 1 && isNumberKind(target, at.column) && block.every((r) => !isNumber(r[c] ?? "") && r[c])));
    if (at.column + own.length > target.columns.length) {
      return refuse("r-cols", { n: own.length, m: target.columns.length - at.column });
    }
    columns = own.map((c, i) => [c, at.column + i]);
  }
  const cells: Cell[] = [];
  block.forEach((r, i) => {
    for (const [from, to] of columns) {
      const value = r[from] ?? "";
      // An empty cell of the block takes nothing away.
      if (value !== "") cells.push({ row: where[i] ?? 0, column: to, value });
    }
  });
  if (!cells.length) return refuse("r-none", {});
  const bad = cells.filter((c) => target.bad(c.column, c.value)).length;
  if (bad * 5 > cells.length) return refuse("r-bad", { n: cells.length, m: bad });
  const changed = cells.filter((c) => target.now(c.row, c.column) !== c.value).length;
  const byName = labels.length > 0 && where.some((w, i) => w !== at.row + i);
  return { refused: "", byName, cells, changed, bad };
}

function isNumberKind(target: Target, column: number): boolean {
  return ["mark", "number"].includes(target.columns[column]?.kind ?? "");
}
