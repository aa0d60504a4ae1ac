// Relations: a value about another entity, read through a reference as it stood at t. One step, no further: what an employer's
// owner did is a feature of the employer, to be published by whoever owns it.

import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";
import { at } from "./names.ts";
import type { ValueNode } from "./nodes.ts";
import type { Origin } from "./place.ts";
import { factsAs } from "./thing.ts";
import { kindsOf, readValue, unionOf, type ValueFacts } from "./value-facts.ts";
import { partsOf } from "./value-parts.ts";

/** The facts of `value.of(link)`: about whom the link is about. */
export function relatedFacts(value: unknown, link: unknown, origin: Origin): ValueFacts {
  const of = readValue(value, "of", origin);
  const to = factsAs<ValueFacts>(link, "value");
  const found = [...of.problems, ...(to?.problems ?? []), ...refusals(of, to, origin)];
  const reference = to?.node ?? null;
  return {
    ...of,
    node:
      of.node !== null && reference !== null && found.length === 0
        ? { kind: "related", link: reference, value: of.node }
        : null,
    missing: kindsOf(of.missing, ["not linked"]),
    ...(to === undefined ? { tenses: of.tenses } : unionOf(of, to)),
    entities: to?.entities ?? [],
    problems: found,
    origin,
  };
}

function refusals(of: ValueFacts, to: ValueFacts | undefined, origin: Origin): Problem[] {
  if (to?.picks?.kind !== "ref") {
    if (to !== undefined && to.node === null && to.problems.length > 0) return [];
    return [problems.BAD_ARGUMENT("of", { expected: "a reference, such as latest(employment.employer)" }, at(origin))];
  }
  const found: Problem[] = [];
  const reached = to.picks.entity;
  const about = of.entities.filter((entity) => entity !== reached);
  if (about.length > 0) {
    found.push(problems.OTHER_REFERENCE("of", { about: about.join(", "), reached }, at(origin)));
  }
  const beyond = of.node === null ? undefined : unreachable(of.node);
  if (beyond === "related") found.push(problems.TOO_FAR("of", at(origin)));
  if (beyond === "asked" || (of.node !== null && of.entities.length === 0)) {
    found.push(problems.ASKED_OF_ANOTHER("of", at(origin)));
  }
  return found;
}

/** What a value about another entity may not hold. */
function unreachable(node: ValueNode): "related" | "asked" | undefined {
  if (node.kind === "related" || node.kind === "asked") return node.kind;
  return partsOf(node)
    .map(unreachable)
    .find((kind) => kind !== undefined);
}
