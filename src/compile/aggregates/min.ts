import { least } from "../state/extremes.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

export const min: Aggregate = {
  name: "min",
  reads: "number",
  states: [least],
  wholeNumber: false,
  finalise: ([x], units) => ({
    absent: [{ when: `${x} === Infinity`, kind: "nothing" }],
    value: inMajorUnits(`${x}`, units),
  }),
  sentence: (of) => `least ${of}`,
};
