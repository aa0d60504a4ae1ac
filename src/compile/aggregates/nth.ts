import { place } from "../state/place.ts";
import { type Aggregate, inMajorUnits } from "./aggregate.ts";

/** The row at a place counted back from the newest, among those that have a value; 1 is the latest. */
export const nth: Aggregate = {
  name: "nth",
  reads: "number",
  parameters: { place: [1, 1000] },
  states: [place],
  picks: true,
  laws: { empty: "nothing", merges: false, inverts: false, ordered: true, cost: 1 },
  finalise: ([x], units) => ({
    absent: [{ when: `${x} !== ${x}`, kind: "too few" }],
    value: inMajorUnits(`${x}`, units),
  }),
  sentence: (of, { place: wanted }) => `number ${wanted}, counted back, of ${of}`,
};
