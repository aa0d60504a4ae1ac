// npm run bench -- NAME [--size tiny|small|full] [--seed TEXT] [--json]; without a name, all of them one after another; `full`
// is for those whose goal is stated at another size than `small`.
import { parseArgs } from "node:util";
import { benches } from "../bench/all.ts";
import { report, reportLines, type Size } from "../bench/bench.ts";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    size: { type: "string", default: "small" },
    seed: { type: "string", default: "7" },
    json: { type: "boolean", default: false },
  },
});

const unknown = positionals.find((name) => !benches.some((bench) => bench.name === name));
if (unknown !== undefined)
  fail(`There is no bench "${unknown}": choose from ${benches.map(({ name }) => name).join(", ")}.`);
const sizes: readonly string[] = ["tiny", "small", "full"];
if (!sizes.includes(values.size)) fail(`There is no size "${values.size}": choose tiny, small or full.`);
const size = values.size as Size | "full";
const asked = benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const chosen = asked.filter(({ full }) => size !== "full" || full !== undefined);
if (chosen.length === 0) fail("It has no full size: choose small.");

for (const bench of chosen) {
  const measured = await report(bench, size, values.seed);
  console.log(values.json ? JSON.stringify(measured) : `${reportLines(measured).join("\n")}\n`);
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
