import { newest } from "../state/ends.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

/** The newest row that has a value. */
export const latest: Aggregate = {
  name: "latest",
  reads: "number",
  states: [newest],
  wholeNumber: false,
  finalise: ([x], units) => ({
    absent: [{ when: `${x} !== ${x}`, kind: "nothing" }],
    value: inMajorUnits(`${x}`, units),
  }),
  sentence: (of) => `latest ${of}`,
};
