// What a row's label comes to, in each shape: a flag, or an event with the time to it. A row that is dropped says why.

import {
  compileLabel,
  compileLabelTime,
  type EntityHistory,
  type HistorySchema,
  type LabelOutcome,
  type LabelShape,
} from "../compile/index.ts";
import type { LabelNode } from "../define/index.ts";

export interface Judged {
  /** 1 bad, 0 not, NaN where the row is dropped. As a flag 0 is good; as an event it is any other, or none. */
  readonly value: number;
  /** Of a dropped row why, `censored: sold`; of a flag its status; else the event. */
  readonly status: string;
  /** To the event, or as long as anybody looked; 0 of flags. */
  readonly days: number;
  readonly months: number;
}

export type Judge = (history: EntityHistory, t: number, cutOff: number) => Judged;

/** Throws what compiling the label in that shape throws. */
export function compileJudge(label: LabelNode, schema: HistorySchema, shape: LabelShape): Judge {
  if (shape === "flags") {
    const judge = compileLabel(label, schema);
    return (history, t, cutOff) => {
      const outcome = judge(history, t, cutOff);
      return { value: outcome.value ?? Number.NaN, status: statusOf(outcome), days: 0, months: 0 };
    };
  }
  const time = compileLabelTime(label, schema, shape);
  return (history, t, cutOff) => {
    const told = time(history, t, cutOff);
    if ("status" in told) return { value: Number.NaN, status: statusOf(told), days: 0, months: 0 };
    return { value: told.event === "bad" ? 1 : 0, status: told.event, days: told.days, months: told.months };
  };
}

function statusOf({ status, reason }: Pick<LabelOutcome, "status" | "reason">): string {
  return reason === null ? status : `${status}: ${reason}`;
}
