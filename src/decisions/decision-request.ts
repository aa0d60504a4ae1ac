// What a client asks, checked against the request that the released bundle answers.

import { createHash, randomUUID } from "node:crypto";
import type { Problem } from "../base/index.ts";
import type { RequestNode } from "../define/index.ts";
import type { DecisionPart } from "../policy/index.ts";
import { problems } from "./errors.ts";
import type { EvaluationRequest } from "./evaluator.ts";
import { type AskedText, storedUnits } from "./request-fields.ts";

export interface DecisionRequest {
  readonly idempotencyKey: string;
  readonly request: string;
  readonly kind: DecisionPart["kind"];
  readonly product: string;
  readonly channel: string;
  readonly parties: readonly { readonly role: string; readonly entity: string }[];
  readonly asked: AskedText;
}

/** What is asked, in stored units by field, or what is wrong with the request. */
export function checkedRequest(node: RequestNode, request: DecisionRequest): { [field: string]: number } | Problem {
  if (request.request !== node.name) {
    return problems.UNKNOWN_REQUEST(`request "${request.request}"`, { expected: node.name });
  }
  return wrongParty(node, request) ?? storedUnits(node, request.asked);
}

function wrongParty(node: RequestNode, { parties }: DecisionRequest): Problem | undefined {
  for (const [role, { optional }] of Object.entries(node.parties)) {
    const given = parties.some((party) => party.role === role);
    if (!given && !optional) return problems.MISSING_PARTY(`request "${node.name}"`, { role });
  }
  const unknown = parties.find(({ role }) => !Object.hasOwn(node.parties, role));
  const roles = Object.keys(node.parties);
  if (unknown !== undefined) return problems.UNKNOWN_PARTY(`role "${unknown.role}"`, { roles: roles.join(", ") });
  if (parties.length === 0) return problems.MISSING_PARTY(`request "${node.name}"`, { role: roles[0] ?? "" });
  const twice = parties.find(({ role }, i) => parties.findIndex((party) => party.role === role) < i);
  return twice === undefined ? undefined : problems.PARTY_TWICE(`role "${twice.role}"`);
}

/** `t` is one microsecond after the application was received, `at`. */
export function evaluationRequest(
  { kind, product, channel, parties }: DecisionRequest,
  about: { readonly application: string; readonly asked: { [field: string]: number }; readonly at: number },
): EvaluationRequest {
  const { application, asked, at } = about;
  const decisionId = newDecisionId();
  return { decisionId, t: at + 1, application, kind, stage: "decision", product, channel, parties, asked };
}

export function newDecisionId(): string {
  return `d-${randomUUID()}`;
}

/** One key opens one application. */
export function applicationOf(idempotencyKey: string): string {
  return `app-${createHash("sha256").update(idempotencyKey).digest("hex").slice(0, 24)}`;
}
