// What can be wrong with a bundle, and with a person's decision. A bundle that cannot explain itself is never loaded.

import { problemTable } from "../base/index.ts";

const releaseAgain = "Build the bundle again from the definitions and release that";
const spell = "Use a name that the bundle holds";

export const problems = problemTable("POLICY", {
  BUNDLE_HASH: (p: { got: string; expected: string }) => ({
    rule: `its content has hash ${p.got}, and ${p.expected} was asked for`,
    wayOut: "Fetch the document again; it was altered after release",
  }),
  FORMAT: (p: { got: string }) => ({
    rule: `its format is ${p.got}, and only assay.bundle 1 is read`,
    wayOut: releaseAgain,
  }),
  SEMANTICS: (p: { got: string; here: string }) => ({
    rule: `it was built under semantics ${p.got}, and this engine computes ${p.here}`,
    wayOut: "Decide with the release of Assay that computes it, or build the bundle again",
  }),
  OBJECT_ABSENT: (p: { hash: string }) => ({
    rule: `the object ${p.hash} is not in the store`,
    wayOut: "Copy it from the workspace that built the bundle",
  }),
  OBJECT_ALTERED: (p: { hash: string; got: string }) => ({
    rule: `the object named ${p.hash} has bytes of hash ${p.got}`,
    wayOut: "Restore the object; its bytes changed after release",
  }),
  UNKNOWN_NAME: (p: { what: string; name: string }) => ({ rule: `there is no ${p.what} "${p.name}"`, wayOut: spell }),
  COLUMNS: (_: Record<never, never>) => ({
    rule: "its columns are not the inputs that its definition names, in order",
    wayOut: "Train the model again from this definition",
  }),
  OUTPUTS: (p: { got: number }) => ({
    rule: `it declares ${p.got} outputs, and its artefact gives one`,
    wayOut: "Declare one output for each model",
  }),
  PROTECTED: (p: { field: string }) => ({
    rule: `it reads the field "${p.field}", which is kept from decisions`,
    wayOut: "Take the field out of the policy",
  }),
  UNEXPLAINED_OUTPUT: (p: { output: string; explained: string }) => ({
    rule: `it reads the output ${p.output}, and reasons are measured for ${p.explained} alone`,
    wayOut: "Read the output that the baseline was drawn for",
  }),
  BANDS: (p: { why: string }) => ({ rule: p.why, wayOut: "End the policy with one bands(…) whose edges ascend" }),
  OFFER: (p: { why: string }) => ({
    rule: p.why,
    wayOut: "Offer a required amount of the request, times 0.000001 to 1000",
  }),
  REASON_TEXT: (_: Record<never, never>) => ({ rule: "it has no English text", wayOut: 'Write { en: "…" }' }),
  REPEATED_NAME: (_: Record<never, never>) => ({
    rule: "its name is taken",
    wayOut: "Give each one a name of its own",
  }),
  UNREASONED: (p: { column: string }) => ({
    rule: `its column ${p.column} lies in no reason group, so a decline could go unexplained`,
    wayOut: "Put the feature in the group of one reason",
  }),
  REASONED_TWICE: (p: { column: string; reasons: string }) => ({
    rule: `its column ${p.column} lies in the groups of ${p.reasons}`,
    wayOut: "Leave the feature in one of the groups",
  }),
  JURISDICTION: (p: { why: string }) => ({ rule: p.why, wayOut: "Use a jurisdiction pack as it is shipped" }),
  BASELINE: (p: { why: string }) => ({
    rule: p.why,
    wayOut: "Draw the baseline again: rows of the validation split just on the passing side of the cut-off",
  }),
  NO_REFERRAL: (p: { disposition: string }) => ({
    rule: `its disposition is ${p.disposition}, and a person closes referrals only`,
    wayOut: "Decide on the referral",
  }),
  OTHER_BUNDLE: (p: { bundle: string }) => ({
    rule: `it was referred under bundle ${p.bundle}`,
    wayOut: "Close it with that bundle, whose reasons and notices it carries",
  }),
  BEFORE_REFERRAL: (p: { t: string }) => ({
    rule: `it was referred at ${p.t}, later than this`,
    wayOut: "Check the clock",
  }),
  PERSON_REASONS: (p: { why: string }) => ({
    rule: p.why,
    wayOut: "Name the principal reasons from the reason library",
  }),
  PERSON_OFFER: (p: { why: string }) => ({ rule: p.why, wayOut: 'Write each term as a decimal, such as "500.00"' }),
});
