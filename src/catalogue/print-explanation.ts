// An explanation in lines, for a terminal. What was not counted is said to be unknown, never left out.

import { MICROS_PER_DAY } from "../base/index.ts";
import type { UnitNode } from "../define/index.ts";
import type { Estimate, Explanation } from "./explanation.ts";
import { type Lineage, layers } from "./lineage.ts";
import type { User } from "./users.ts";

type Line = readonly [name: string, text: string];

export function printExplanation(explanation: Explanation): string {
  return [heading(explanation), ...facts(factsOf(explanation)), "", ...bodyOf(explanation)].join("\n").trimEnd();
}

function heading(explanation: Explanation): string {
  return `${explanation.kind} ${explanation.name}${"entity" in explanation ? ` of ${explanation.entity}` : ""}`;
}

function factsOf(explanation: Explanation): Line[] {
  const { owner, use, description, meaningHash, documentHash, users } = explanation;
  return [
    ...given("described as", description),
    ...given("owner", owner),
    ...given("use", use),
    ...ownFacts(explanation),
    ["meaning", meaningHash],
    ["document", documentHash],
    ["used by", users.length === 0 ? "nobody" : usersInWords(users)],
  ];
}

function ownFacts(explanation: Explanation): Line[] {
  if (explanation.kind === "feature") {
    const { column, expression, unit, worse, text } = explanation;
    return [
      ["is", column.sentence],
      ["written as", expression],
      ["unit", unitInWords(unit)],
      ["missing by", column.missing.length === 0 ? "nothing: it is always there" : column.missing.join(", ")],
      ...given("reason", text),
      ...given("riskier when", worse),
      ...estimateLines(explanation.estimate),
    ];
  }
  if (explanation.kind === "features") return estimateLines(explanation.estimate);
  if (explanation.kind === "label" || explanation.kind === "sequence") return [...explanation.says];
  return explanation.kind === "event" ? eventFacts(explanation) : [];
}

function eventFacts({ delayMicros, sources, load, bytesPerEntity }: Explanation & { kind: "event" }): Line[] {
  return [
    ["known after", `${decimal(delayMicros / MICROS_PER_DAY)} days, by declaration`],
    ["sent by", sources.length === 0 ? "nobody yet" : sources.join(", ")],
    ["a typical entity has", load === null ? UNCOUNTED : `${decimal(load.rows)} in ${decimal(load.days)} days`],
    ["bytes an entity", bytesInWords(bytesPerEntity)],
  ];
}

function estimateLines(estimate: Estimate | null): Line[] {
  if (estimate === null) return [["cost", UNCOUNTED]];
  const rows = estimate.walks.reduce((sum, walk) => sum + walk.rows, 0);
  const nanoseconds = estimate.walks.reduce((sum, walk) => sum + walk.nanoseconds, 0);
  const walks = `${estimate.walks.length} ${estimate.walks.length === 1 ? "walk" : "walks"}`;
  return [
    [
      "cost",
      `${walks} over about ${decimal(rows)} rows of a typical entity, about ${decimal(nanoseconds)} ns in aggregates`,
    ],
    ["bytes an entity", bytesInWords(estimate.bytesPerEntity)],
  ];
}

const UNCOUNTED = "not known: nothing has been sealed yet (assay seal)";

function bytesInWords(bytes: number | null): string {
  return bytes === null
    ? "not known: no online store or nothing sealed here"
    : `about ${decimal(bytes)} in the online store, for the events it reads`;
}

function bodyOf(explanation: Explanation): string[] {
  if (explanation.kind === "features") return [explanation.plan];
  if (explanation.kind === "event")
    return explanation.fields.map(
      ({ name, type, protection }) =>
        `  ${name}: ${type}${protection === "none" ? "" : ` (${protection}: in the vault)`}`,
    );
  if (explanation.kind !== "feature") return [];
  const kept = explanation.column.slots.map(
    ({ keeps, sharedWith }) => `  ${keeps}${sharedWith.length === 0 ? "" : `, shared with ${sharedWith.join(", ")}`}`,
  );
  return [
    `kept while rows are walked:`,
    ...kept,
    "",
    "lineage:",
    ...lineageLines(explanation.lineage),
    "",
    "planned alone:",
    explanation.plan,
  ];
}

function lineageLines({ nodes, edges }: Lineage): string[] {
  const textOf = new Map(nodes.map(({ id, text }) => [id, text]));
  return layers.flatMap((layer) =>
    nodes
      .filter((node) => node.layer === layer)
      .map(({ id, text }) => {
        const into = edges.filter(([from]) => from === id).map(([, to]) => textOf.get(to)!);
        return `  ${layer} ${text}${into.length === 0 ? "" : ` -> ${into.join(" | ")}`}`;
      }),
  );
}

const PARTS_SHOWN = 4;

/** One entry a definition, with the first of the parts that use it. */
function usersInWords(users: readonly User[]): string {
  const grouped = Map.groupBy(users, ({ kind, name }) => `${kind} ${name}`);
  return [...grouped].map(([name, parts]) => `${name} (${partsInWords(parts)})`).join("; ");
}

function partsInWords(parts: readonly User[]): string {
  const shown = parts.slice(0, PARTS_SHOWN).map(({ part }) => part);
  return [...shown, ...(parts.length > PARTS_SHOWN ? [`and ${parts.length - PARTS_SHOWN} more`] : [])].join(", ");
}

function unitInWords(unit: UnitNode): string {
  if (unit.kind === "money") return unit.currency;
  return unit.kind === "category" ? `one of ${unit.values.join(", ")}` : unit.kind;
}

function given(name: string, text: string | null): Line[] {
  return text === null ? [] : [[name, text]];
}

function facts(lines: readonly Line[]): string[] {
  const width = Math.max(...lines.map(([name]) => name.length));
  return lines.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`);
}

function decimal(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
