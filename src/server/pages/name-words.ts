// Names of definitions in words: `paidShare92d` is "Paid share, last 92 days". A feature's texts are not part of a bundle.

import type { Disposition, ReasonComponent, TracedRule } from "../../policy/index.ts";

/** `lineRequest` → `line request`. */
export function words(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/([A-Za-z])(\d)/g, "$1 $2")
    .replace(/[._-]+/g, " ")
    .toLowerCase();
}

export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function nameWords(name: string): string {
  return sentence(words(name));
}

/** `applicant.paidShare92d` → `Paid share, last 92 days`; with its role where a bundle has several. */
export function columnWords(column: string, roles = 1): string {
  const [role = "", ...rest] = column.split(".");
  const own = featureWords(rest.length === 0 ? role : rest.join("."));
  return roles > 1 && rest.length > 0 ? `${nameWords(role)}: ${own.charAt(0).toLowerCase()}${own.slice(1)}` : own;
}

/** A feature of a breakdown ends with its category: `spend90d.rent` → `Spend, last 90 days: rent`. */
export function featureWords(feature: string): string {
  const [name = "", ...category] = feature.split(".");
  const spanned = /^(.*?[a-z])(\d+)d$/.exec(name);
  const own = spanned === null ? nameWords(name) : `${nameWords(spanned[1]!)}, last ${spanned[2]} days`;
  return category.length === 0 ? own : `${own}: ${words(category.join("."))}`;
}

/** Models are often called by initials: `pd.shallow` → `PD shallow`. */
export function modelName(name: string): string {
  return nameWords(name).replace(/^[A-Za-z]{2,3}\b/, (initials) => initials.toUpperCase());
}

const DISPOSITIONS: { readonly [disposition in Disposition]: string } = {
  approve: "Approved as asked",
  counterOffer: "Counter-offer",
  refer: "Referred to a person",
  decline: "Declined",
  incomplete: "Incomplete",
};

/** In the order that people expect them, best first. */
export const dispositions: readonly Disposition[] = ["approve", "counterOffer", "refer", "decline", "incomplete"];

export function dispositionWords(disposition: string): string {
  return Object.hasOwn(DISPOSITIONS, disposition) ? DISPOSITIONS[disposition as Disposition] : nameWords(disposition);
}

const VERDICTS: { readonly [verdict in TracedRule["verdict"]]: string } = {
  decided: "Decided",
  fired: "Also held",
  passed: "Did not hold",
  unknown: "Unknown: a value is missing",
  notReached: "Not reached",
};

export function verdictWords(verdict: TracedRule["verdict"]): string {
  return VERDICTS[verdict];
}

const RULES: { readonly [kind in TracedRule["kind"]]: string } = {
  knockOut: "Knock-out",
  refer: "Referral",
  bands: "Score bands",
};

export function ruleWords(kind: TracedRule["kind"]): string {
  return RULES[kind];
}

const COMPONENTS: { readonly [component in ReasonComponent]: string } = {
  rule: "a rule",
  score: "the score",
  both: "a rule and the score",
  person: "a person",
  none: "no component failed",
};

export function componentWords(component: ReasonComponent): string {
  return COMPONENTS[component];
}

/** Bands are not named by their author but after the output they read, which says little. */
export function ruleName({ kind, rule }: Pick<TracedRule, "kind" | "rule">): string {
  return kind === "bands" ? "By score" : nameWords(rule);
}

/** The first twelve characters: enough to tell hashes apart by eye. */
export function shortHash(hash: string): string {
  return hash.slice(0, 12);
}
