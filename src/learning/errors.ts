import { problemTable } from "../base/index.ts";

export const problems = problemTable("LEARNING", {
  UNKNOWN: (p: { asker: string }) => ({
    rule: `the workspace does not define it (needed for ${p.asker})`,
    wayOut: "See what there is with: assay check",
  }),
  ONE_ROLE: (p: { role: string; other: string; set: string }) => ({
    rule: `it is in role "${p.role}", and so is "${p.other}"`,
    wayOut: `Name the roles: FIRST=${p.other},SECOND=${p.set}`,
  }),
  OTHER_ENTITY: (p: { about: string; set: string; entity: string }) => ({
    rule: `it is about a ${p.about}, and feature set "${p.set}", which comes first, about a ${p.entity}`,
    wayOut: `Put a feature set about a ${p.about} first`,
  }),
  TWO_REQUESTS: (p: { requests: string }) => ({
    rule: `its features read what ${p.requests} ask, and a row of a spine is one request`,
    wayOut: "Build a dataset for each, or take the features of one out",
  }),
  NOT_ASKED: (p: { field: string }) => ({
    rule: `it does not say what was asked as "${p.field}", without which the policy decides nothing`,
    wayOut: `Build it again from a spine with a column "asked.${p.field}"`,
  }),
  CONTROL_PASSED: (p: { auc: number }) => ({
    rule: `a model fitted on reversed outcomes reaches AUC ${p.auc.toFixed(3)} and passes the gate`,
    wayOut: "Look for outcomes among the features: something looks ahead",
  }),
  BUNDLE_REFUSED: (p: { why: string }) => ({
    rule: `it cannot decide: ${p.why}`,
    wayOut: "Mend what it names and evaluate again",
  }),
  NOT_DECLARED: () => ({
    rule: "assay.config.ts has no `learning`",
    wayOut: "Declare at least which bundle is learnt: learning: { bundle: … }",
  }),
  OTHER_BUNDLE: (p: { learnt: string }) => ({
    rule: `assay.config.ts declares that "${p.learnt}" is learnt`,
    wayOut: `Ask for a loop of "${p.learnt}"`,
  }),
  NO_CHAMPION: () => ({
    rule: "no bundle is in force, so a challenger has nothing to be judged against",
    wayOut: "Release a first bundle by hand: assay release BUNDLE",
  }),
  LOOP_UNDER_WAY: (p: { id: string; state: string }) => ({
    rule: `loop ${p.id} is ${p.state}, and one loop of a bundle is open at a time`,
    wayOut: `Wait for it, or cancel it: assay loops cancel ${p.id}`,
  }),
  HALTED: (p: { person: string; note: string }) => ({
    rule: `${p.person} stopped learning: ${p.note === "" ? "no reason was given" : p.note}`,
    wayOut: "Once it may go on: assay loops resume",
  }),
  STOPPED: () => ({
    rule: "learning is stopped in assay.config.ts",
    wayOut: "Set learning.stopped to false, or remove it, once it may go on",
  }),
  FROZEN: (p: { from: string; to: string; why: string }) => ({
    rule: `learning is frozen from ${p.from} to ${p.to}: ${p.why}`,
    wayOut: `Ask again after ${p.to}, or take the freeze out of assay.config.ts`,
  }),
  COOLING_DOWN: (p: { last: string; hours: number; left: number }) => ({
    rule: `loop ${p.last} ended less than ${p.hours} hours ago`,
    wayOut: `Ask again in ${p.left.toFixed(1)} hours, or lower learning.coolDownHours`,
  }),
  TOO_MANY_LOOPS: (p: { most: number }) => ({
    rule: `${p.most} loops were asked for within thirty days, the most that is declared`,
    wayOut: "Wait, or raise learning.mostLoopsPerMonth",
  }),
  UNKNOWN_VERSION: (p: { version: string }) => ({
    rule: `this release reads version 1 of "assay.loop", and it is version ${p.version}`,
    wayOut: "Read it with the release that wrote it",
  }),
  UNKNOWN_LOOP: () => ({ rule: "no loop has this id", wayOut: "List them with: assay loops" }),
  NOT_PAUSED: (p: { state: string }) => ({
    rule: `it is ${p.state} and waits for nobody`,
    wayOut: "Answer a loop while it is paused",
  }),
  ALREADY_ANSWERED: (p: { person: string; verdict: string }) => ({
    rule: `${p.person} said ${p.verdict} before`,
    wayOut: "The first word counts; cancel the loop to undo an approval",
  }),
  LOOP_ENDED: (p: { state: string }) => ({ rule: `it has ended: ${p.state}`, wayOut: "Nothing is left to cancel" }),
  ERASED_PEOPLE: (p: { people: number }) => ({
    rule: p.people === 1 ? "a person in it was erased" : `${p.people} people in it were erased`,
    wayOut: "Leave out the rows in which they stand, and build again",
  }),
  SPINE_LOST: (p: { dataset: string }) => ({
    rule: `the rows that dataset ${p.dataset} was built from are not in the registry`,
    wayOut: "Build the champion's dataset again with this release of Assay, evaluate and release it",
  }),
  SNAPSHOT_LOST: () => ({
    rule: "it is not the snapshot that holds now, and is no longer kept",
    wayOut: "Ask for another loop: it takes a new snapshot",
  }),
  DATASET_LOST: () => ({
    rule: "its files are no longer in the state folder",
    wayOut: "Ask for another loop: it builds what it needs",
  }),
  STEP_TOO_LONG: (p: { minutes: number }) => ({
    rule: `it took longer than ${p.minutes} minutes and was stopped`,
    wayOut: "Look at the load of the machine, then ask for another loop",
  }),
  STEP_FAILED: (p: { why: string }) => ({
    rule: `it failed: ${p.why}`,
    wayOut: "Report it where nothing explains it; the champion serves on",
  }),
  DATABASE_AWAY: () => ({
    rule: "the database was out of reach for eight minutes",
    wayOut: "Ask for another loop once it is back",
  }),
  WORKFLOW_BROKE: (p: { why: string }) => ({
    rule: `the workflow ended without a verdict: ${p.why}`,
    wayOut: "Report it; the champion serves on",
  }),
  WORKER_ELSEWHERE: () => ({
    rule: "another process works on this workspace",
    wayOut: "One worker is enough; end the other one first",
  }),
});
