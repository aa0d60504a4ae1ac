// npm run bench -- NAME [--size tiny|small] [--seed TEXT] [--json]; without a name, all of them one after another.
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
if (values.size !== "tiny" && values.size !== "small") fail(`There is no size "${values.size}": choose tiny or small.`);

for (const bench of benches.filter(({ name }) => positionals.length === 0 || positionals.includes(name))) {
  const measured = await report(bench, values.size as Size, values.seed);
  console.log(values.json ? JSON.stringify(measured) : `${reportLines(measured).join("\n")}\n`);
}

function fail(sentence: string): never {
  console.error(sentence);
  process.exit(2);
}
