// A condition names a feature set, not a role. The role is settled here, against the request: the one party whose entity the
// set is about; where several are, the only one that is not optional.

import type { Problem } from "../base/index.ts";
import { type DraftCondition, type DraftOperand, operandName } from "./condition.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { ConditionNode, OperandNode, RequestNode } from "./nodes.ts";
import type { Origin } from "./place.ts";

/** Gives operands the roles of one request. */
export class Settler {
  readonly problems: Problem[] = [];
  readonly #thing: string;
  readonly #request: RequestNode | undefined;
  readonly #origin: Origin;

  constructor(thing: string, request: RequestNode | undefined, origin: Origin) {
    this.#thing = thing;
    this.#request = request;
    this.#origin = origin;
  }

  condition(draft: DraftCondition): ConditionNode {
    if ("conditions" in draft)
      return { kind: draft.kind, conditions: draft.conditions.map((part) => this.condition(part)) };
    return { ...draft, operand: this.#operand(draft.operand) };
  }

  checkRequests(requests: readonly string[]): void {
    const name = this.#request?.name;
    for (const other of new Set(requests)) {
      if (name === undefined || other === name) continue;
      this.problems.push(problems.OTHER_REQUEST(this.#thing, { request: name, other }, at(this.#origin)));
    }
  }

  #operand(operand: DraftOperand): OperandNode {
    if (operand.kind === "output") return operand;
    if (operand.kind === "asked") {
      this.checkRequests([operand.request]);
      return { kind: "asked", field: operand.field };
    }
    const role = this.#request === undefined ? "" : roleFor(operand.entity, this.#request);
    if (role === undefined) {
      const params = { set: operand.set, entity: operand.entity, request: this.#request!.name };
      this.problems.push(problems.NO_ROLE(`${this.#thing} at ${operandName(operand)}`, params, at(this.#origin)));
    }
    return { kind: "value", role: role ?? "", set: operand.set, feature: operand.feature };
  }
}

function roleFor(entity: string, request: RequestNode): string | undefined {
  const roles = Object.entries(request.parties).filter(([, party]) => party.entity === entity);
  const required = roles.filter(([, party]) => !party.optional);
  const [only, ...others] = roles.length === 1 ? roles : required;
  return others.length === 0 ? only?.[0] : undefined;
}
