// Makes dist/ of styles/, scripts/ and the mark: one style, one script and that of the mark sheets, hashed names, packed siblings, a manifest.
// The same sources give the same bytes.
//
// Tabler was measured and left out. Purged against every template, what remained of @tabler/core 1.6.1 was 32 KB (6 KB
// packed, half of all style), nearly all of it variables and colours by light-dark() and oklch(from …), which the browsers
// of county machines drop; the designs use none of its utilities. Its reset and its form controls are the first forty
// lines of section 2 and the fields of section 10 in styles/yanzhen.css, in plain colours.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "dist");

/** What the oldest browser of a county machine understands. */
const TARGET = "chrome109";
/** Packed, so that the first page over a slow line stays light. */
const LIMIT = 25 * 1024;

const common = { bundle: true, minify: true, target: TARGET, write: false, legalComments: "none", absWorkingDir: here };
const style = await build({ ...common, entryPoints: ["styles/yanzhen.css"] });
const bundled = async (entry) => {
  const done = await build({ ...common, entryPoints: [entry], format: "iife", charset: "utf8" });
  return Buffer.from(done.outputFiles[0].contents);
};

const files = {
  "app.css": Buffer.from(style.outputFiles[0].contents),
  "app.js": await bundled("scripts/main.ts"),
  // Of the mark sheets alone.
  "marks.js": await bundled("scripts/marks.ts"),
  "reviews.js": await bundled("scripts/reviews.ts"),
  "mark.svg": Buffer.from(readFileSync(join(here, "mark.svg"), "utf8").trim()),
};

for (const word of ["light-dark(", "oklch(", "http://", "https://", "data:"]) {
  if (files["app.css"].includes(word)) throw new Error(`app.css holds ${word}`);
}

rmSync(dist, { recursive: true, force: true });
mkdirSync(dist, { recursive: true });
const manifest = {};
for (const [name, bytes] of Object.entries(files)) {
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8);
  const hashed = name.replace(/\.(\w+)$/, `.${hash}.$1`);
  const br = brotliCompressSync(bytes, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
  if (br.length > LIMIT) throw new Error(`${name}: ${br.length} bytes packed, more than ${LIMIT}`);
  writeFileSync(join(dist, hashed), bytes);
  writeFileSync(join(dist, `${hashed}.br`), br);
  writeFileSync(join(dist, `${hashed}.gz`), gzipSync(bytes, { level: 9 }));
  manifest[name] = hashed;
  console.log(`${hashed}: ${bytes.length} bytes, ${br.length} packed`);
}
writeFileSync(join(dist, "manifest.json"), `${JSON.stringify(manifest, null, 2)}\n`);
