// The source of a whole kernel, put together from its walks and operations, and made into a function.

import { calendarOf, invariant, missingCode } from "../base/index.ts";
import { blockLayoutHash, blockLayouts, planInBlocks } from "./block-layout.ts";
import { blockOf, firstInBlocks } from "./blocks.ts";
import { emitBlockScan, emitTelling, type Told } from "./emit-blocks.ts";
import { edgeNames } from "./emit-edges.ts";
import { codeOf, emitMatch } from "./emit-match.ts";
import { emitScan, indented, stateOfSlot } from "./emit-scan.ts";
import type { EntityHistory } from "./history.ts";
import type { RelatedValues, RequestValues } from "./kernel-types.ts";
import { largestIn } from "./largest-value.ts";
import { comment, numberLiteral, textLiteral } from "./literal.ts";
import { operationCalls, operationSource } from "./operations.ts";
import { compilePastDue } from "./past-due.ts";
import { isAggregate, type Plan, type Scan } from "./plan.ts";
import { knownAggregate } from "./plan-values.ts";
import { anyKnown, firstFrom, NO_ROWS, noColumn, rowsBefore, rowsKnown } from "./row-search.ts";
import { rowCalls } from "./rows/all.ts";

/** `known` is what the reader knows up to: t for features, the cut-off for labels. */
export type Evaluate = (
  history: EntityHistory,
  t: number,
  known: number,
  request: RequestValues,
  out: Float64Array,
  kinds: Uint8Array,
  offset: number,
  related?: RelatedValues,
) => void;

/** A JavaScript function body that takes `calls` and returns an `Evaluate`. */
export function kernelSource(plan: Plan): string {
  const edges = edgeNames(plan);
  const within = planInBlocks(plan);
  const told = toldOf(plan);
  const walks = plan.scans.map((scan, index): Walk => {
    const plain = emitScan(plan, scan, `scan${index}`, "plain", edges);
    const exact = plain.mayFail ? emitScan(plan, scan, `scan${index}exact`, "limbs", edges).source : [];
    const { mayFail } = plain;
    if (scan.match !== undefined) {
      const match = emitMatch(plan, scan.match, `match${index}`);
      return { scan, mayFail, mayFailInBlocks: false, source: [...plain.source, ...exact, ...match] };
    }
    const blocks = emitBlockScan(within, scan, `scan${index}blocks`, edges, told.get(scan.event));
    invariant(mayFail || !blocks.mayFail, "where blocks may fail there is an exact walk");
    return { scan, mayFail, mayFailInBlocks: blocks.mayFail, source: [...plain.source, ...exact, ...blocks.source] };
  });
  return [
    '"use strict";',
    comment(`${plan.of.kind} ${plan.of.name} of ${plan.entity}`),
    `const { ${Object.keys(callsOf(plan)).join(", ")} } = calls;`,
    `const v = new Float64Array(${plan.steps.length}), k = new Uint8Array(${plan.steps.length});`,
    `const columns = [${plan.columns.map(({ step }) => step).join(", ")}];`,
    ...edges.prelude(),
    ...new Set([...statePreludes(plan), ...statePreludes(within)]),
    ...walks.flatMap(({ source }) => source),
    "return function evaluate(history, t, known, request, out, kinds, offset, related) {",
    ...indented([
      ...(plan.links === undefined ? [] : ["if (related === undefined) noRelated();"]),
      ...edges.refresh(),
      ...emitEvents(plan),
      ...emitCalls(plan, walks),
      ...emitOperations(plan),
      ...emitColumns(),
    ]),
    "};",
    "",
  ].join("\n");
}

interface Walk {
  readonly scan: Scan;
  readonly mayFail: boolean;
  readonly mayFailInBlocks: boolean;
  readonly source: readonly string[];
}

/** What is told of each event's blocks. */
function toldOf(plan: Plan): Map<string, Told> {
  return new Map(
    blockLayouts(plan).map((layout) => {
      const { places } = emitTelling(layout);
      return [layout.event, { hash: blockLayoutHash(layout), places }];
    }),
  );
}

function statePreludes(plan: Plan): string[] {
  const modes = ["plain", "limbs"] as const;
  const preludes = plan.slots.flatMap((_, slot) =>
    modes.map((mode) => stateOfSlot(plan, slot).prelude?.(`s${slot}`, mode) ?? ""),
  );
  return [...new Set(preludes)].filter((line) => line !== "");
}

function emitEvents(plan: Plan): string[] {
  return plan.events.flatMap((event, index) => [
    `const e${index} = history.events[${textLiteral(event)}] ?? NO_ROWS;`,
    `const end${index} = ${plan.of.kind === "label" ? "rowsKnown" : "rowsBefore"}(e${index}, t, known);`,
    `const none${index} = anyKnown(e${index}, end${index}, known) ? ${numberLiteral(missingCode("empty window"))} : ${numberLiteral(missingCode("no history"))};`,
  ]);
}

function emitCalls(plan: Plan, walks: readonly Walk[]): string[] {
  return walks.map(({ scan: { event, match }, mayFail, mayFailInBlocks }, index) => {
    const e = plan.events.indexOf(event);
    // Where there is no parent at all, there is no history; where it has no rows, the window is empty.
    const p = match === undefined ? e : plan.events.indexOf(plan.streams[match.parent]!.event);
    const code = match === undefined ? "" : `, match${index}(e${p}, end${p}, t, known, e${e})`;
    const operands = `(e${e}, t, known, end${e}, none${p}, v, k${code})`;
    const tried = (name: string, fails: boolean) =>
      fails ? `if (!${name}${operands}) scan${index}exact${operands};` : `${name}${operands};`;
    const rows = tried(`scan${index}`, mayFail);
    if (match !== undefined) return rows;
    return `if (e${e}.blocks === undefined) { ${rows} } else { ${tried(`scan${index}blocks`, mayFailInBlocks)} }`;
  });
}

function emitOperations(plan: Plan): string[] {
  return plan.steps.flatMap((step, index) => (isAggregate(step) ? [] : [operationSource(step, index)]));
}

function emitColumns(): string[] {
  return [
    "for (let c = 0; c < columns.length; c++) {",
    "  const step = columns[c];",
    "  kinds[offset + c] = k[step];",
    "  out[offset + c] = k[step] === 0 ? v[step] + 0 : NaN;",
    "}",
  ];
}

// ---------------------------------------------------------------- what the source calls

type Calls = { readonly [name: string]: unknown };

function callsOf(plan: Plan): Calls {
  const within = planInBlocks(plan);
  const ofStates = [plan, within].flatMap((kept) => kept.slots.map((_, slot) => stateOfSlot(kept, slot).calls ?? {}));
  const ofAggregates = plan.steps.map((step) =>
    isAggregate(step) ? (knownAggregate(step.aggregate).calls ?? {}) : {},
  );
  const passes = plan.steps.flatMap((step, index) =>
    step.kind === "daysPastDue" ? [[`pastDue${index}`, compilePastDue(step.rule)] as const] : [],
  );
  return Object.assign(
    Object.fromEntries(passes),
    {
      calendarOf,
      codeOf,
      firstFrom,
      firstInBlocks,
      blockOf,
      rowsBefore,
      rowsKnown,
      anyKnown,
      largestIn,
      noColumn,
      NO_ROWS,
    },
    rowCalls,
    ...ofStates,
    ...ofAggregates,
    ...plan.steps.map((step) => (isAggregate(step) ? {} : operationCalls(step))),
    plan.links === undefined ? {} : { noRelated },
  ) as Calls;
}

/** Makes a kernel's function out of source: `kernelSource(plan)`, unless a test has put a fault into it. */
export function instantiate(plan: Plan, source: string): Evaluate {
  // Compiling source is what this room is for; nothing of a definition enters it but checked literals (see literal.ts).
  const make = new Function("calls", source) as (calls: Calls) => Evaluate;
  return make(callsOf(plan));
}

function noRelated(): never {
  invariant(false, "a kernel with links was asked without the values of who is linked: see evaluateWith");
}
