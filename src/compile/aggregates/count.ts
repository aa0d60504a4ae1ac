import { rows } from "../state/rows.ts";
import type { Aggregate } from "./aggregate.ts";

export const count: Aggregate = {
  name: "count",
  reads: "nothing",
  states: [rows],
  wholeNumber: true,
  finalise: ([n]) => ({ absent: [], value: `${n}` }),
  sentence: (of) => `count of ${of}`,
};
