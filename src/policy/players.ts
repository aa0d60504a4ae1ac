// The players of the Shapley game: each reason whose group holds columns of the champion. A column outside every group could
// drive a decline that no reason names, and one in two groups would be counted twice; both are refused at load.

import { nearest, type Problem } from "../base/index.ts";
import type { ReasonNode } from "../define/index.ts";
import type { Group } from "../score/index.ts";
import type { BundleDocument, BundledModel } from "./bundle-document.ts";
import { problems } from "./errors.ts";

export interface Player {
  readonly reason: ReasonNode;
  /** The champion's columns in the reason's group. */
  readonly columns: readonly string[];
  /** Their places in the champion's row. */
  readonly group: Group;
}

export function playersOf(reasons: readonly ReasonNode[], champion: readonly string[]): Player[] {
  return reasons.filter(scores).flatMap((reason) => {
    const columns = champion.filter((column) => reason.group.includes(column));
    if (columns.length === 0) return [];
    return [
      { reason, columns, group: { name: reason.name, columns: columns.map((column) => champion.indexOf(column)) } },
    ];
  });
}

/** A reason for a missing kind speaks in place of a group's own reason; it is no player. */
function scores(reason: ReasonNode): boolean {
  return reason.when === null;
}

export function checkReasons(
  { reasons }: BundleDocument,
  columns: readonly string[],
  champion: BundledModel,
): Problem[] {
  const nodes = reasons.reasons;
  const repeated = nodes.filter((reason, i) => nodes.findIndex((other) => other.name === reason.name) < i);
  return [
    ...repeated.map((reason) => problems.REPEATED_NAME(`reason ${reason.name}`, {})),
    ...nodes.flatMap((reason) => checkReason(reason, columns)),
    ...champion.columns.flatMap((column) => checkCoverage(nodes, column, champion.node.name)),
  ];
}

function checkReason(reason: ReasonNode, columns: readonly string[]): Problem[] {
  const thing = `reason ${reason.name}`;
  const found = (reason.text["en"] ?? "").trim() === "" ? [problems.REASON_TEXT(thing, {})] : [];
  for (const name of reason.group.filter((column) => !columns.includes(column))) {
    found.push(problems.UNKNOWN_NAME(thing, { what: "column", name }, { nearest: nearest(name, columns) }));
  }
  return found;
}

function checkCoverage(nodes: readonly ReasonNode[], column: string, model: string): Problem[] {
  const holders = nodes.filter((reason) => scores(reason) && reason.group.includes(column));
  if (holders.length === 1) return [];
  if (holders.length === 0) return [problems.UNREASONED(`model ${model}`, { column })];
  const names = holders.map((reason) => reason.name).join(", ");
  return [problems.REASONED_TWICE(`model ${model}`, { column, reasons: names })];
}
