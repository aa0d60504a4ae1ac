// What a letter says must hold for the person it is sent to. Every feature has a worse direction that the models keep, so a
// group at its best values cannot raise a risk, whatever it is measured against. Tried on every published card holder.

import { expect, it } from "vitest";
import { instant, PRESENT } from "../../../src/base/index.ts";
import { compileKernel, layOutHistory } from "../../../src/compile/index.ts";
import type { ReasonLibraryNode } from "../../../src/define/index.ts";
import { isValid, validateEvent } from "../../../src/history/index.ts";
import { definitionNamed, loadDefinitions, schemaOf } from "../../../src/workspace/index.ts";
import { type CardHolder, cardHolders, entityOf, eventsOf, reviewedAt } from "../source.ts";

const { catalogue } = await loadDefinitions(import.meta.dirname);
const schema = schemaOf(catalogue);
const review = definitionNamed(catalogue, "features", "review").node;
const request = definitionNamed(catalogue, "request", "lineRequest").node;
const kernel = compileKernel(review, schema, { meaningHash: "0".repeat(64), request });
const library: ReasonLibraryNode = definitionNamed(catalogue, "reasonLibrary", "card-lines").node;
const t = instant(reviewedAt) + 1;
const now = instant("2026-01-01T00:00:00Z");

type Values = { readonly [feature: string]: number };

function valuesOf(holder: CardHolder): Values {
  const events = eventsOf(holder).flatMap((raw) => {
    const read = validateEvent(raw, schema, { now, source: "uci-350" });
    return isValid(read) ? [read.event] : [];
  });
  const [numbers, kinds] = [new Float64Array(kernel.columns.length), new Uint8Array(kernel.columns.length)];
  kernel.evaluate(layOutHistory(entityOf(holder), events, schema), t, { increase: 1 }, numbers, kinds, 0);
  const present = kernel.columns.flatMap((name, i) => (kinds[i] === PRESENT ? [[name, numbers[i]!] as const] : []));
  return Object.fromEntries(present);
}

const claims = [
  { reason: "currentlyLate", holds: late([0]) },
  { reason: "latePayments", holds: late([2, 3, 4, 5, 6]) },
  { reason: "severity", holds: late([2, 3, 4, 5, 6]) },
  {
    reason: "carried",
    holds: (holder: CardHolder) => anyStatement(holder, [0, 2, 3, 4, 5, 6], (status) => status === 0),
  },
];

/** By the publisher's own columns: PAY_0 is September's status, PAY_2 to PAY_6 those of August to April. */
function anyStatement(holder: CardHolder, suffixes: readonly number[], is: (status: number) => boolean): boolean {
  return suffixes.some((suffix) => is(holder[`PAY_${suffix}`]!) && holder[`BILL_AMT${suffix === 0 ? 1 : suffix}`]! > 0);
}

function late(suffixes: readonly number[]) {
  return (holder: CardHolder) => anyStatement(holder, suffixes, (status) => status >= 1);
}

/** The value that no other can better. */
const best: { readonly [feature: string]: number } = { daysSinceLate: 365 };

it("speaks of lateness and of carried balances to nobody who was never late and carried none", {
  timeout: 60_000,
}, async () => {
  const untrue: string[] = [];
  const spared = Object.fromEntries(claims.map(({ reason }) => [reason, 0]));
  for await (const holder of cardHolders()) {
    const idle = claims.filter(({ holds }) => !holds(holder));
    if (idle.length === 0) continue;
    const values = valuesOf(holder);
    for (const { reason } of idle) {
      spared[reason]!++;
      const group = library.reasons
        .find(({ name }) => name === reason)!
        .group.map((column) => column.split(".").at(-1)!);
      const raised = group.filter((feature) => values[feature] !== (best[feature] ?? 0));
      if (raised.length > 0) untrue.push(`${holder["ID"]} ${reason}: ${raised.join(", ")}`);
    }
  }
  expect(untrue).toEqual([]);
  for (const count of Object.values(spared)) expect(count).toBeGreaterThan(1_000);
});

it("counts as worse, in every feature of such a reason, what lies away from that best value", () => {
  for (const { reason } of claims) {
    for (const column of library.reasons.find(({ name }) => name === reason)!.group) {
      const name = column.split(".").at(-1)!;
      const { worse } = review.features.find((one) => one.name === name)!.feature;
      expect([name, worse]).toEqual([name, name in best ? "lower" : "higher"]);
    }
  }
});
