// What can go wrong between a specification and an artefact that was taken in. What the worker itself refuses
// (`python/assay_trainer`) carries codes of this room too and is passed on as it was said.

import { problemTable } from "../base/index.ts";

const runAgain = "Run the training again";
const buildAgain = "Build the dataset again";

export const problems = problemTable("TRAINING", {
  PYTHON_ABSENT: (p: { detail: string }) => ({
    rule: `the Python interpreter cannot be started (${p.detail})`,
    wayOut: "Run the set-up again: it builds the environment from python/requirements.lock",
  }),
  DATASET_CHANGED: (p: { expected: string; got: string }) => ({
    rule: `the specification names the bytes ${p.expected.slice(0, 12)}… and the file has ${p.got.slice(0, 12)}…`,
    wayOut: buildAgain,
  }),
  DATASET_ABSENT: (p: { detail: string }) => ({
    rule: `the specification names it and it cannot be read (${p.detail})`,
    wayOut: buildAgain,
  }),
  CANCELLED: (_: object) => ({
    rule: "it was cancelled; nothing half-written is left",
    wayOut: "Run it again when you want it: it starts over",
  }),
  SILENT: (p: { minutes: number }) => ({
    rule: `the worker said nothing for ${p.minutes} minutes and was stopped`,
    wayOut: "Look at the load and the memory of the machine, then run it again",
  }),
  CRASHED: (p: { how: string; lastWords: string }) => ({
    rule: `the worker ended with ${p.how}${p.lastWords === "" ? "" : ` after saying: ${p.lastWords}`}`,
    wayOut: "Mend what it says, or give the machine more memory, then run it again",
  }),
  RESULT_UNREADABLE: (p: { detail: string }) => ({
    rule: `the worker's result cannot be used: ${p.detail}`,
    wayOut: runAgain,
  }),
  ARTEFACT_TOO_LARGE: (p: { bytes: number; most: number }) => ({
    rule: `it has ${p.bytes} bytes and at most ${p.most} are taken in`,
    wayOut: "Fit fewer or shallower trees",
  }),
  ARTEFACT_HASH: (p: { expected: string; got: string }) => ({
    rule: `its bytes hash to ${p.got}, and the result says ${p.expected}`,
    wayOut: runAgain,
  }),
  ARTEFACT_FORMAT: (p: { got: string; expected: string }) => ({
    rule: `its format is ${p.got}, and the family gives ${p.expected}`,
    wayOut: runAgain,
  }),
  ARTEFACT_COLUMNS: (p: { detail: string }) => ({
    rule: `it was fitted on other columns than were asked for: ${p.detail}`,
    wayOut: runAgain,
  }),
  ARTEFACT_NOT_FINITE: (p: { place: string }) => ({
    rule: `it holds a number that is not finite at ${p.place}`,
    wayOut: "Look for constant or unbounded columns, then fit again",
  }),
  MARGINS_DISAGREE: (p: { row: number; ours: number; theirs: number; rows: number }) => ({
    rule: `Assay's margin ${p.ours} and the library's ${p.theirs} differ in validation row ${p.row} (of ${p.rows} compared)`,
    wayOut: "Use the versions of requirements.lock, and report it where they were used",
  }),
  UNKNOWN_JURISDICTION: () => ({
    rule: "no jurisdiction pack has this name",
    wayOut: 'Use "US", or add a pack to policy',
  }),
  NO_CUTOFF: () => ({
    rule: "it approves below no score, so reasons have nothing to be measured against",
    wayOut: "Begin its bands with an approve action",
  }),
  TOO_FEW_OUTCOMES: (p: { bads: number; goods: number }) => ({
    rule: `it has ${p.bads} bad and ${p.goods} good rows, and needs at least two of each`,
    wayOut: "Use a larger validation split",
  }),
});
