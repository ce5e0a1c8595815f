// Packs the fonts of printed pages: node fonts.mjs REGULAR BOLD FOLDER. Names need rare characters, so the regular font
// stays whole (31,000 glyphs); only titles and heads are bold, so the bold one keeps GB 2312 and the signs of print.
// A bold character beyond that is set in regular. The same fonts give the same bytes.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import subset from "subset-font";

const SUMS = {
  regular: "c358a69de3df5f423a8946a7b03e3126fb6ba116f1130a463455b4e39e1f0742",
  bold: "9c6a2ba736e4b499c84f65ce366bd3625c0401885fd3e585ace50fb738b96ff6",
};

const [regular, bold, folder] = process.argv.slice(2);

function read(name, path) {
  const bytes = readFileSync(path);
  const sum = createHash("sha256").update(bytes).digest("hex");
  if (sum !== SUMS[name]) throw new Error(`${path}: sha256 ${sum}, expected ${SUMS[name]}`);
  return bytes;
}

function gb2312() {
  const decoder = new TextDecoder("gb2312");
  let text = "";
  for (let high = 0xa1; high <= 0xf7; high++) {
    for (let low = 0xa1; low <= 0xfe; low++) {
      const letter = decoder.decode(Uint8Array.of(high, low));
      if (!letter.includes("\ufffd")) text += letter;
    }
  }
  return text;
}

function range(first, last) {
  return String.fromCodePoint(...Array.from({ length: last - first + 1 }, (_, i) => first + i));
}

const signs = range(0x20, 0x7e) + range(0xa0, 0x17f) + range(0x2010, 0x2044) + "〔〕〇";
const cut = await subset(read("bold", bold), gb2312() + signs, { targetFormat: "truetype" });
for (const [name, bytes] of [
  ["regular", read("regular", regular)],
  ["bold", cut],
]) {
  const packed = gzipSync(bytes, { level: 9 });
  writeFileSync(join(folder, `${name}.ttf.gz`), packed);
  console.log(`${name}: ${bytes.length} bytes, ${packed.length} packed`);
}
