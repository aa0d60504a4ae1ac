// A label as a table of its own: one row for each month that a loan was at risk, with what happened in it. A model of hazards
// joins it to the dataset's rows by decision id.

import type { TableColumn } from "../storage/index.ts";
import type { DatasetRequest } from "./build.ts";
import type { RoleValues } from "./role-values.ts";

/** `decision_id`, `month` from 1, `event`: "none" but in a last month in which something happened. */
export function loanMonthColumns(
  { spine }: DatasetRequest,
  { status, months }: Pick<RoleValues, "status" | "months">,
  kept: readonly number[],
): TableColumn[] {
  const ids: string[] = [];
  const numbers: number[] = [];
  const events: string[] = [];
  for (const row of kept) {
    for (let month = 1; month <= months[row]!; month++) {
      ids.push(spine[row]!.decisionId);
      numbers.push(month);
      events.push(month === months[row] && status[row] !== "censored" ? status[row]! : "none");
    }
  }
  return [
    { name: "decision_id", type: "varchar", values: ids },
    { name: "month", type: "integer", values: Int32Array.from(numbers) },
    { name: "event", type: "varchar", values: events },
  ];
}
