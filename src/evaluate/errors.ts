import { problemTable } from "../base/index.ts";

/** Every problem this room can report. */
export const problems = problemTable("EVALUATE", {
  UNKNOWN_VERSION: (p: { version: string }) => ({
    rule: `is version ${p.version}, which is not known here`,
    wayOut: "Use a release of Assay that knows it, or evaluate again",
  }),
  NO_ROWS: () => ({ rule: "has no rows", wayOut: "Evaluate a split that holds rows with known outcomes" }),
  UNEQUAL_LENGTHS: (p: { rows: number; expected: number }) => ({
    rule: `has ${p.rows} rows where the labels have ${p.expected}`,
    wayOut: "Pass one value for each label, in the same order",
  }),
  LABEL_NOT_BINARY: (p: { got: number; row: number }) => ({
    rule: `holds ${p.got} in row ${p.row}; a label is 0 or 1`,
    wayOut: "Leave out the rows whose outcome is missing or unclear",
  }),
  NOT_A_NUMBER: (p: { got: number; row: number }) => ({
    rule: `holds ${p.got} in row ${p.row}`,
    wayOut: "Score every row; leave out those that cannot be scored, and count them",
  }),
  NOT_A_PROBABILITY: (p: { got: number; row: number }) => ({
    rule: `holds ${p.got} in row ${p.row}, outside 0 to 1`,
    wayOut: "Pass calibrated probabilities, not margins",
  }),
  UNKNOWN_REFERENCE: (p: { reference: string }) => ({
    rule: `has no group called "${p.reference}" to compare with`,
    wayOut: "Name one of the groups as reference",
  }),
  IMPOSSIBLE_COUNT: (p: { favourable: number | null; n: number }) => ({
    rule: `counts ${p.favourable ?? "an untold number"} favourable of ${p.n}`,
    wayOut: "Pass whole counts with 0 ≤ favourable ≤ n",
  }),
});
