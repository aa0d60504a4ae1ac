// States, verdicts and steps of loops as people call them.

import type {
  BakeState,
  GateResult,
  GuardrailResult,
  LoopEntry,
  LoopStep,
  TriggerKind,
} from "../../../learning/index.ts";

const STATES: { readonly [state in LoopEntry["state"]]: string } = {
  asked: "asked for",
  running: "under way",
  paused: "waits for a person",
  released: "released",
  kept: "champion kept",
  rolledBack: "rolled back",
  cancelled: "cancelled",
  failed: "failed",
};

export function stateWords(state: LoopEntry["state"]): string {
  return STATES[state];
}

const WATCHED: { readonly [state in BakeState]: string } = {
  watching: "watched",
  held: "held",
  rolledBack: "rolled back by itself",
  incomplete: "too few decisions to tell",
  overtaken: "overtaken",
};

export function watchedWords(state: BakeState): string {
  return WATCHED[state];
}

const TRIGGERS: { readonly [kind in TriggerKind]: string } = {
  hand: "by hand",
  outcomes: "by outcomes",
  drift: "by drift",
  calendar: "by the calendar",
};

export function triggerWords({ kind, why, by }: LoopEntry["trigger"]): string {
  return `${TRIGGERS[kind]}: ${why} (${by})`;
}

const STEPS: { readonly [step in LoopStep]: string } = {
  snapshot: "Snapshot",
  dataset: "Dataset",
  train: "Training",
  evaluate: "Evaluation",
  gates: "Gates",
  approval: "Approval",
  prepare: "Preparing",
  shadow: "Shadow",
  canary: "Canary",
  release: "Release",
  bake: "Bake",
};

export function stepWords(step: LoopStep): string {
  return STEPS[step];
}

const GATES: { readonly [verdict in GateResult["verdict"]]: string } = {
  pass: "passes",
  fail: "fails",
  inconclusive: "cannot tell",
};

export function gateVerdict(verdict: GateResult["verdict"]): string {
  return GATES[verdict];
}

const GUARDRAILS: { readonly [verdict in GuardrailResult["verdict"]]: string } = {
  holds: "holds",
  broken: "broken",
  tooFew: "too few to tell",
};

export function guardrailVerdict(verdict: GuardrailResult["verdict"]): string {
  return GUARDRAILS[verdict];
}
