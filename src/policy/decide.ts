// The decision: a pure function of the values, the request and a loaded bundle. The service, replay and previews all call
// it; there is no second engine. It returns plain data that is its own record, and it has no errors: what could go wrong
// was refused when the bundle was loaded or the request was read.

import { formatInstant, invariant, unreachable } from "../base/index.ts";
import type { ActionNode } from "../define/index.ts";
import type { Row } from "../score/index.ts";
import { askedText, offeredTerms } from "./amounts.ts";
import { boundValues, missingAt, recordedValue } from "./bound-columns.ts";
import type { LoadedBundle } from "./bundle.ts";
import type { Reader } from "./conditions.ts";
import type { DecideInput, DecisionPart, Disposition } from "./decision.ts";
import { modelRow, type ScoredOutput, scoreModel } from "./loaded-model.ts";
import { rule } from "./rules.ts";
import { stateReasons } from "./stated-reasons.ts";

/**
 * Decides one request at one stage. Values are as known at `input.t`, `asked` in stored units.
 *
 *     const decision = decide(bundle, { decisionId: "d-1", t, asked: { increase: 50_000_00 }, values, …about });
 *     decision.disposition; // "counterOffer"
 */
export function decide(bundle: LoadedBundle, input: DecideInput): DecisionPart {
  checkInput(bundle, input);
  const values = boundValues(bundle.columns, input.values);
  const outputs = bundle.models.map((model) => scoreModel(model, values));
  const ruling = rule(bundle.document.policy, readerOf(bundle, input, values, outputs));
  const { disposition, adverse } = outcomeOf(ruling.action);
  const contributions = adverse || disposition === "refer" ? contributionsOf(bundle, values) : null;
  const stated =
    contributions === null
      ? NO_REASONS
      : stateReasons(bundle, ruling, values, contributions, scoreFails(bundle, outputs));
  invariant(!adverse || stated.reasons.length > 0, "an adverse decision states a reason");
  return {
    ...aboutOf(input),
    ...identityOf(bundle),
    asked: askedOf(bundle, input),
    offered:
      "offer" in ruling.action ? offeredTerms(ruling.action.offer, bundle.document.request.fields, input.asked) : null,
    values: Object.fromEntries(bundle.columns.map(({ name }, place) => [name, recordedValue(values, place)])),
    externalPulls: [],
    fallbacks: [],
    outputs,
    trace: ruling.trace,
    contributions,
    disposition,
    adverse,
    ...stated,
    decidedBy: "policy",
    override: null,
    supersedes: null,
    scoreDisclosed: null,
    overlay: null,
  };
}

/** Scores of the shadow models for the same input: beside the decision, never part of it. */
export function scoreShadow(bundle: LoadedBundle, input: DecideInput): ShadowOutput[] {
  const values = boundValues(bundle.columns, input.values);
  return bundle.shadow.map((model) => scoreModel(model, values));
}
export type ShadowOutput = ScoredOutput;

const NO_REASONS = { basis: "none", reasons: [] } as const;

// A request is read and checked at the door; what reaches this point broken is our mistake.
function checkInput({ document }: LoadedBundle, input: DecideInput): void {
  for (const [role, party] of Object.entries(document.request.parties)) {
    const present = input.parties.some((candidate) => candidate.role === role);
    invariant(present || party.optional, `the request has a party in the role ${role}`);
    if (role in document.roles) {
      invariant(!present || input.values[role] !== undefined, `the party in the role ${role} has values`);
    }
  }
  for (const [name, field] of Object.entries(document.request.fields)) {
    invariant(name in input.asked || field.optional || field.protection !== "none", `the request asks ${name}`);
  }
}

function readerOf(bundle: LoadedBundle, input: DecideInput, values: Row, outputs: readonly ScoredOutput[]): Reader {
  return (operand) => {
    switch (operand.kind) {
      case "value": {
        const place = bundle.columns.findIndex((column) => column.name === `${operand.role}.${operand.feature}`);
        return {
          shown: recordedValue(values, place),
          number: values.values[place]!,
          missing: missingAt(values, place),
        };
      }
      case "output": {
        const output = outputs.find((one) => one.model === operand.model && one.output === operand.output);
        invariant(output !== undefined, `the bundle scores ${operand.model}.${operand.output}`);
        return { shown: output.calibrated, number: output.calibrated, missing: null };
      }
      case "asked": {
        const number = input.asked[operand.field];
        // A field that need not be asked and was not: nothing to compare.
        if (number === undefined) {
          return { shown: { missing: "not applicable" }, number: Number.NaN, missing: "not applicable" };
        }
        const { type } = bundle.document.request.fields[operand.field]!;
        return { shown: askedText(type, number), number, missing: null };
      }
      default:
        return unreachable(operand);
    }
  };
}

/** A counter-offer is adverse, because it refuses what was asked (12 CFR 1002.2(c)); a referral decides nothing yet. */
function outcomeOf(action: ActionNode): { readonly disposition: Disposition; readonly adverse: boolean } {
  return { disposition: action.kind, adverse: action.kind === "counterOffer" || action.kind === "decline" };
}

function scoreFails({ champion, document }: LoadedBundle, outputs: readonly ScoredOutput[]): boolean {
  const output = outputs.find((one) => one.model === champion.name)!;
  return output.calibrated >= document.baseline.cutoff;
}

function contributionsOf({ champion, players, explain }: LoadedBundle, values: Row) {
  const contributions = explain(modelRow(champion, values));
  return players.map(({ reason }, i) => ({ group: reason.name, contribution: contributions[i]! + 0 }));
}

function aboutOf(input: DecideInput) {
  const { decisionId, application, kind, stage, product, channel, parties } = input;
  const t = formatInstant(input.t);
  const named = parties.map(({ role, entity }) => ({ role, entity }));
  return {
    format: "assay.decision",
    version: 1,
    decisionId,
    t,
    application,
    kind,
    stage,
    product,
    channel,
    parties: named,
  } as const;
}

function identityOf({ hash, document, hashes }: LoadedBundle) {
  return {
    jurisdiction: { name: document.jurisdiction.name, pack: hashes.jurisdiction },
    bundle: hash,
    baseline: document.baseline.hash,
    cutoff: document.baseline.cutoff,
    reasonLibrary: hashes.reasons,
  };
}

/** In the request's own order; protected fields never reach a record. */
function askedOf({ document }: LoadedBundle, { asked }: DecideInput): { [field: string]: string } {
  const fields = Object.entries(document.request.fields).filter(
    ([name, field]) => field.protection === "none" && asked[name] !== undefined,
  );
  return Object.fromEntries(fields.map(([name, { type }]) => [name, askedText(type, asked[name]!)]));
}
