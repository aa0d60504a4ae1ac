// Whether the people whom the challenger learnt from are still the people whom the champion knew. Size and certainty are two
// things: a column fails where its PSI is above the bound and chance could not have done it.

import { adjustedForMany } from "../../evaluate/index.ts";
import { FALSE_ALARM_RATE } from "../../monitoring/index.ts";
import type { ComparedColumns } from "./compared-columns.ts";
import { type Answer, cannotTell, type Declared } from "./gate.ts";

export function inputs(compared: ComparedColumns | string, { mostPsi }: Declared<"inputs">): Answer {
  if (typeof compared === "string") return cannotTell(compared);
  const { columns, unmatched, rows, drawnOn } = compared;
  if (columns.length === 0) return cannotTell("no column could be compared with the champion's profile", { rows });
  const adjusted = adjustedForMany(columns.map(({ p }) => p));
  const moved = columns.filter(({ psi }, i) => psi > mostPsi && adjusted[i]! <= FALSE_ALARM_RATE);
  const blind = columns.filter(({ psiCritical }) => psiCritical > mostPsi).map(({ name }) => name);
  const most = columns.reduce((worst, one) => (one.psi > worst.psi ? one : worst));
  const measured = { mostPsi: most.psi, critical: most.psiCritical, columns: columns.length, rows };
  const told = `PSI at most ${most.psi.toFixed(3)} (${most.name}) on ${rows} ${drawnOn}`;
  if (moved.length > 0) {
    const which = moved.map(({ name, psi }) => `${name} ${psi.toFixed(3)}`).join(", ");
    return { verdict: "fail", sentence: `inputs have moved beyond chance: PSI of ${which}`, measured };
  }
  if (blind.length > 0) return cannotTell(`${told}; too few rows to tell of ${blind.join(", ")}`, measured);
  if (unmatched.length > 0)
    return cannotTell(`${told}; the champion's profile lacks ${unmatched.join(", ")}`, measured);
  return { verdict: "pass", sentence: told, measured };
}
