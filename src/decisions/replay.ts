// Replay, from record: the recorded values and the released bundle alone give the decision again, bit for bit. The values
// themselves are rebuilt from table files elsewhere and handed in; this room never opens one.

import { canonicalJson, isMissing, missingCode, parseInstant, parseScaled } from "../base/index.ts";
import type { RequestValues } from "../compile/index.ts";
import type { RequestNode } from "../define/index.ts";
import {
  type BundleDocument,
  type DecideInput,
  type DecisionPart,
  decide,
  type LoadedBundle,
  type PersonVerdict,
  personDecision,
  type RecordedValue,
} from "../policy/index.ts";
import { isProblem, majorUnits, storedUnits } from "./request-fields.ts";

export interface ReplayOutcome {
  readonly decisionId: string;
  readonly same: boolean;
  /** Names of the parts that differ; empty where the bytes agree. */
  readonly differences: readonly string[];
}

/** The input of `decide` as the record holds it. Throws where the bundle asks for another request than the record holds. */
export function inputFromRecord(document: BundleDocument, decision: DecisionPart): DecideInput {
  return {
    decisionId: decision.decisionId,
    t: parseInstant(decision.t)!,
    application: decision.application,
    kind: decision.kind,
    stage: decision.stage,
    product: decision.product,
    channel: decision.channel,
    parties: decision.parties,
    asked: askedFromRecord(document.request, decision.asked),
    values: valuesFromRecord(document, decision.values),
  };
}

function askedFromRecord(
  request: RequestNode,
  asked: { readonly [field: string]: string },
): { [field: string]: number } {
  const stored = storedUnits(request, booleansRead(request, asked));
  if (isProblem(stored)) throw new Error(`a record holds an unreadable request: ${String(stored.rule)}`);
  return stored;
}

function booleansRead(
  request: RequestNode,
  asked: { readonly [field: string]: string },
): { [field: string]: string | boolean } {
  return Object.fromEntries(
    Object.entries(asked).map(([name, text]) => [
      name,
      request.fields[name]?.type.kind === "boolean" ? parseScaled(text, 0) === 1 : text,
    ]),
  );
}

function valuesFromRecord(
  document: BundleDocument,
  values: { readonly [column: string]: RecordedValue },
): DecideInput["values"] {
  const byRole: { [role: string]: { numbers: Float64Array; kinds: Uint8Array } } = {};
  for (const [role, setName] of Object.entries(document.roles)) {
    const features = document.featureSets.find((set) => set.node.name === setName)!.node.features;
    const numbers = new Float64Array(features.length);
    const kinds = new Uint8Array(features.length);
    features.forEach(({ name }, i) => {
      const value = values[`${role}.${name}`];
      if (value === undefined || isMissing(value)) numbers[i] = Number.NaN;
      else numbers[i] = value;
      if (isMissing(value)) kinds[i] = missingCode(value.missing);
    });
    byRole[role] = { numbers, kinds };
  }
  return byRole;
}

/** Decides again and compares with the recorded bytes. `referral` is what a person's decision superseded. */
export function replayDecision(
  bundle: { readonly loaded: LoadedBundle; readonly document: BundleDocument },
  recorded: { readonly decision: DecisionPart; readonly decisionText: string },
  options: { readonly values?: DecideInput["values"]; readonly referral?: DecisionPart } = {},
): ReplayOutcome {
  const again =
    recorded.decision.decidedBy === "person"
      ? personAgain(bundle.document, recorded.decision, options.referral)
      : decide(bundle.loaded, withValues(inputFromRecord(bundle.document, recorded.decision), options.values));
  const same = canonicalJson(again) === recorded.decisionText;
  return {
    decisionId: recorded.decision.decisionId,
    same,
    differences: same ? [] : differing(again, recorded.decision),
  };
}

function withValues(input: DecideInput, values: DecideInput["values"] | undefined): DecideInput {
  return values === undefined ? input : { ...input, values };
}

function personAgain(document: BundleDocument, decision: DecisionPart, referral: DecisionPart | undefined): unknown {
  if (referral === undefined) return null;
  const { disposition, override } = decision;
  return personDecision(
    referral,
    {
      decisionId: decision.decisionId,
      t: parseInstant(decision.t)!,
      disposition: disposition as PersonVerdict["disposition"],
      code: override!.code,
      person: override!.person,
      reasons: decision.reasons.filter((reason) => reason.component === "person").map((reason) => reason.reason),
      offered: disposition === "counterOffer" ? decision.offered : null,
    },
    document,
  );
}

function differing(again: unknown, recorded: DecisionPart): string[] {
  if (again === null || typeof again !== "object") return ["decision"];
  const fresh = again as { readonly [part: string]: unknown };
  return Object.entries(recorded)
    .filter(([part, value]) => canonicalJson(fresh[part] ?? null) !== canonicalJson(value))
    .map(([part]) => part);
}

/** What kernels read of a recorded request: doubles in major units. */
export function askedMajorUnits(request: RequestNode, asked: { readonly [field: string]: string }): RequestValues {
  return majorUnits(request, askedFromRecord(request, asked));
}
