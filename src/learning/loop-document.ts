// A loop as others see it: what it is about, how far it is, what it concluded, and the evidence pack that it leaves behind.

import type { Hash, Problem } from "../base/index.ts";

export const loopSteps = [
  "snapshot",
  "dataset",
  "train",
  "evaluate",
  "gates",
  "approval",
  "prepare",
  "shadow",
  "canary",
  "release",
  "bake",
] as const;
export type LoopStep = (typeof loopSteps)[number];

/** `kept`: the champion stays, for a gate failed, a person said no, or the canary broke a guardrail. */
export type LoopVerdict = "released" | "kept" | "rolledBack" | "cancelled" | "failed";
/** `asked`: no worker has taken it yet. `paused`: it waits for a person. */
export type LoopState = "asked" | "running" | "paused" | LoopVerdict;

export type TriggerKind = "hand" | "outcomes" | "drift" | "calendar";

export interface LoopEntry {
  readonly id: string;
  readonly bundleName: string;
  readonly trigger: { readonly kind: TriggerKind; readonly why: string; readonly by: string };
  /** Outcomes known later do not exist for this loop; ISO 8601. */
  readonly labelCutOff: string;
  readonly state: LoopState;
  /** Under way, or the last that was. */
  readonly step: LoopStep | null;
  /** Why it is in this state, as a sentence. */
  readonly why: string;
  readonly champion: Hash | null;
  readonly challenger: Hash | null;
  /** The evidence pack, once there is one. */
  readonly evidence: Hash | null;
  readonly problem: Problem | null;
  readonly cancelAsked: boolean;
  /** Microseconds since 1970, by the database's clock. */
  readonly askedAt: number;
  readonly endedAt: number | null;
}

export interface Approval {
  readonly verdict: "approve" | "refuse";
  readonly person: string;
  readonly note: string;
}

export type GateVerdict = "pass" | "fail" | "inconclusive";

export interface GateResult {
  /** The declaration's `gate`. */
  readonly name: string;
  readonly verdict: GateVerdict;
  readonly sentence: string;
  /** Numbers that were compared, by name. */
  readonly measured: { readonly [name: string]: number | null };
  /** The declaration's bounds. */
  readonly bounds: { readonly [name: string]: number };
  /** What the numbers were made from: run, dataset, snapshot, evaluation, seed, by name. */
  readonly evidence: { readonly [name: string]: string };
}

export interface GuardrailResult {
  readonly name: string;
  readonly verdict: "holds" | "broken" | "tooFew";
  readonly sentence: string;
  readonly challenger: number | null;
  readonly control: number | null;
  readonly most: number;
}

/** One look at the guardrails in canary or bake. */
export interface GuardrailLook {
  readonly stage: "canary" | "bake";
  readonly decisions: { readonly challenger: number; readonly control: number };
  readonly results: readonly GuardrailResult[];
}

export interface StepRecord {
  readonly step: LoopStep;
  readonly seconds: number;
  /** Hashes and counts that the step made, by name. */
  readonly made: { readonly [name: string]: string | number | null };
}

/** `assay.loop` version 1: the evidence pack. */
export interface LoopDocument {
  readonly format: "assay.loop";
  readonly version: 1;
  readonly id: string;
  readonly bundleName: string;
  readonly trigger: LoopEntry["trigger"];
  readonly labelCutOff: string;
  readonly seed: string;
  readonly champion: Hash;
  readonly challenger: Hash | null;
  readonly steps: readonly StepRecord[];
  readonly gates: readonly GateResult[];
  readonly approval: (Approval & { readonly basis: "envelope" | "person" }) | null;
  readonly looks: readonly GuardrailLook[];
  readonly verdict: LoopVerdict;
  readonly why: string;
  readonly problem: Problem | null;
}
