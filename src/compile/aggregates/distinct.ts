import { different } from "../state/different.ts";
import type { Aggregate } from "./aggregate.ts";

export const distinct: Aggregate = {
  name: "distinct",
  reads: "identity",
  states: [different],
  wholeNumber: true,
  finalise: ([n]) => ({ absent: [], value: `${n}` }),
  sentence: (of) => `number of different ${of}`,
};
