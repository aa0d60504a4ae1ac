// Request amounts: whole numbers of stored units inside, decimal text in major units outside. No floating point between.

import { formatDate, formatInstant, formatScaled, invariant } from "../base/index.ts";
import type { FieldType, OfferNode, RequestNode } from "../define/index.ts";

/** A stored request field in the words of a record: `"500.00"`, the name of a category, `"1"` for yes, `"2025-03-31"`. */
export function askedText(type: FieldType, stored: number): string {
  if (type.kind === "instant") return formatInstant(stored);
  if (type.kind === "date") return formatDate(stored);
  if (type.kind !== "category") return formatScaled(stored, scaleOf(type));
  const name = type.values[stored];
  invariant(name !== undefined, `a category has no value ${stored}`);
  return name;
}

export function isAmount(type: FieldType): boolean {
  return type.kind === "integer" || type.kind === "decimal" || type.kind === "money";
}

export function scaleOf(type: FieldType): number {
  return "scale" in type ? type.scale : 0;
}

/**
 * What is offered, in major units: asked x times, exactly, then rounded toward zero to the stored unit, so that an offer
 * never exceeds the share that the policy states. `times` means the decimal it is written as (0.1 is one tenth).
 */
export function offeredTerms(
  offer: OfferNode,
  fields: RequestNode["fields"],
  asked: { readonly [field: string]: number },
): { [term: string]: string } {
  const terms: { [term: string]: string } = {};
  for (const [term, { asked: field, times }] of Object.entries(offer)) {
    const stored = asked[field];
    const type = fields[field]?.type;
    invariant(stored !== undefined && type !== undefined, `the offer reads "${field}", which was asked`);
    terms[term] = formatScaled(shareOf(stored, times), scaleOf(type));
  }
  return terms;
}

function shareOf(units: number, times: number): number {
  const [whole = "", fraction = ""] = String(times).split(".");
  const share = Number((BigInt(units) * BigInt(whole + fraction)) / 10n ** BigInt(fraction.length));
  invariant(Number.isSafeInteger(share), "an offer fits stored units");
  return share;
}
