// The hashes of what the example computes. Columns of datasets, released bundles and replays are named by them, so they
// move only when somebody means to change a value.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { SEMANTICS } from "../../src/base/index.ts";
import { meaningHash } from "../../src/define/index.ts";
import { loadDefinitions } from "../../src/workspace/index.ts";

interface Golden {
  readonly semantics: typeof SEMANTICS;
  readonly hashes: { readonly [definition: string]: string };
}

const file = new URL("./golden/meaning-hashes.golden.json", import.meta.url);
const folder = fileURLToPath(new URL("../../examples/card-lines/definitions/", import.meta.url));

const WAY_OUT =
  "A meaning hash moved: datasets must be rebuilt, and bundles released before cannot be replayed from history under the new " +
  "definition. If definitions in examples/card-lines changed on purpose, copy the received hashes into the golden file in the " +
  "same commit. If they did not change, the normal form did: keep it, or raise SEMANTICS in src/base/semantics.ts where a " +
  "value changes, and say so in CHANGELOG.md.";

test("every definition of card-lines means what it meant", async () => {
  const golden = JSON.parse(readFileSync(file, "utf8")) as Golden;
  const { catalogue } = await loadDefinitions(folder);
  const entries = catalogue.definitions.map((definition) => {
    const { kind, name } = definition.node;
    return [`${kind} ${name}`, meaningHash(definition, catalogue)] as const;
  });
  const received: Golden = { semantics: SEMANTICS, hashes: Object.fromEntries(entries) };
  expect(received, WAY_OUT).toEqual(golden);
});
