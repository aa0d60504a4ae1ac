import type { WorkspaceConfig } from "assay/workspace";
import { caveats, invented } from "./facts.ts";

export default {
  name: "card-lines",
  /** All state of the demo lies beside the checkout's own files, in one folder that may be deleted. */
  state: "../../.assay",
  /** Requests of this back-test are decided at a review in 2005: the clock is simulated, and every page says so. */
  simulatedNow: "2005-10-03T12:00:00+08:00",
  evaluation: {
    labelCutOff: "2005-11-10T00:00:00+08:00",
    split: { seed: "card-lines-2005", train: 0.6, validation: 0.2 },
    within: { name: "borrowers not late", column: "applicant.statusNow", below: 1 },
    fairness: {
      minimumCell: 100,
      attributes: [
        { field: "sex", reference: "male", basis: "prohibited basis (ECOA)" },
        { field: "maritalStatus", reference: "married", basis: "prohibited basis (ECOA)" },
        {
          field: "age",
          reference: "25 to 61",
          basis: "prohibited basis (ECOA)",
          bands: [
            { name: "under 25", from: 18, to: 25 },
            { name: "25 to 61", from: 25, to: 62 },
            { name: "62 and over", from: 62, to: 130 },
          ],
        },
        { field: "education", reference: "university", basis: "barred by policy" },
      ],
      notes: [
        "Race and ethnicity are absent from the source: nothing can be said about them.",
        "Outcomes are missed payments of people whose account stays open; a real decline would not show one.",
      ],
    },
  },
  monitoring: {
    /** Of a whole report: one false alarm in a hundred reports. */
    falseAlarmRate: 0.01,
    owners: {
      lateFeed: "data-engineering",
      staleFeed: "data-engineering",
      brokenUnit: "data-engineering",
      fairness: "compliance",
      "*": "card-risk",
    },
    everyMinutes: 60,
  },
  learning: {
    bundle: "card-lines",
    /** Margins of gates and guardrails are Assay's own; see `src/learning/default-declaration.ts`. */
    approval: "envelope",
    shadow: { decisions: 300 },
    canary: { share: 0.25, decisions: 300 },
    bake: { decisions: 400 },
    patienceMinutes: 5,
    /** A workspace to try things in: loops may follow each other. */
    coolDownHours: 0,
    mostLoopsPerMonth: 100,
    triggers: { outcomes: 5_000, drift: "critical" },
  },
  facts: { invented, caveats },
} satisfies WorkspaceConfig;
