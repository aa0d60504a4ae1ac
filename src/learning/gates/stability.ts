// Whether the challenger is as good in every stretch of time and not on the average only. Rows are grouped by the month in which
// their outcome first became known.

import { formatInstant, MICROS_PER_DAY } from "../../base/index.ts";
import { labelsAt } from "../../datasets/index.ts";
import type { Snapshot } from "../../history/index.ts";
import type { SeasonPlan } from "../plan-season.ts";
import type { Answer, Declared } from "./gate.ts";
import type { HoldOut } from "./hold-out.ts";
import { joined, judgeParts, type Part } from "./parts.ts";

export function stability(
  holdOut: Pick<HoldOut, "challenger" | "champion" | "labels">,
  periods: readonly Part[],
  declared: Declared<"stability">,
): Answer {
  return judgeParts(holdOut, joined(periods, holdOut.labels, declared.leastBads), declared);
}

const PERIOD = 30 * MICROS_PER_DAY;
/** Rows whose outcome is older are one period. */
const PERIODS_MOST = 24;

/**
 * Rows of the hold-out by when their outcome became known: thirty days each, counted back from the cut-off. Throws what
 * `labelsAt` throws.
 */
export async function drawPeriods(
  { rows }: Pick<HoldOut, "rows">,
  {
    plan,
    snapshot,
    labelCutOff,
  }: { readonly plan: SeasonPlan; readonly snapshot: Snapshot; readonly labelCutOff: number },
): Promise<Part[]> {
  if (rows.length === 0) return [];
  const oldest = rows.reduce((least, { t }) => Math.min(least, t), labelCutOff);
  const number = Math.min(PERIODS_MOST, Math.max(1, Math.ceil((labelCutOff - oldest) / PERIOD)));
  const cutOffs = Array.from({ length: number }, (_, i) => labelCutOff - (number - 1 - i) * PERIOD);
  const asked = rows.map(({ parties, t }) => ({ entity: parties[0]!.entity, t }));
  const { schema, label } = plan;
  const { knownFrom } = await labelsAt({ rows: asked, snapshot, schema, label: label.node, cutOffs });
  return cutOffs.map((cutOff, period) => ({
    name: `known by ${formatInstant(cutOff).slice(0, 10)}`,
    rows: [...knownFrom.keys()].filter((row) => knownFrom[row] === period),
  }));
}
