// A definition taken apart into facets, each a key and a text, so that two states of it compare line by line whatever kind it
// is. A facet's `identity` decides whether it means the same; where it has none, its text does.

import { MICROS_PER_DAY } from "../base/index.ts";
import { explainColumns, isPlan, planFeatures } from "../compile/index.ts";
import {
  type ActionNode,
  type Catalogue,
  type ConditionNode,
  type Definition,
  type DefinitionNode,
  endingsOf,
  type FeatureSetNode,
  type FieldNode,
  featureHashes,
  type LabelNode,
  type OperandNode,
  printSequence,
  printStream,
  printTest,
  printValue,
  type RuleNode,
  type SequenceNode,
} from "../define/index.ts";
import { requestOf, schemaIn } from "./surroundings.ts";

export interface Facet {
  readonly key: string;
  readonly text: string;
  readonly identity: string;
  /** Whether a value, a score or a decision could change with it; else only what people read does. */
  readonly means: boolean;
  /** The feature it is about, for sets: one that goes by another name is compared under the new one. */
  readonly feature?: string;
}

/** Facets of a feature, each under the feature's name. */
function ofFeature(feature: string, facet: Facet): Facet {
  return { ...facet, key: featureKey(facet.key, feature), feature };
}

/** `feature lateEver`, `reason of lateEver` */
export function featureKey(what: string, feature: string): string {
  return `${what} ${feature}`;
}

export function facetsOf(definition: Definition, catalogue: Catalogue): Facet[] {
  return [...nodeFacets(definition.node, catalogue), ...documentFacets(definition)];
}

function meaning(key: string, text: string, identity = text): Facet {
  return { key, text, identity, means: true };
}

function wording(key: string, text: string): Facet {
  return { key, text, identity: text, means: false };
}

function nodeFacets(node: DefinitionNode, catalogue: Catalogue): Facet[] {
  switch (node.kind) {
    case "entity":
      return [];
    case "event":
      return eventFacets(node);
    case "request":
      return [
        ...Object.entries(node.parties).map(([role, party]) =>
          meaning(`party ${role}`, `${party.entity}${party.optional ? ", optional" : ""}`),
        ),
        ...fieldFacets(node.fields),
      ];
    case "features":
      return setFacets(node, catalogue);
    case "label":
      return labelFacets(node);
    case "sequence":
      return [meaning("reads", printSequence(node))];
    case "model":
      return modelFacets(node);
    case "reasonLibrary":
      return node.reasons.flatMap(({ name, group, when, text }) => [
        meaning(`reason ${name}`, `${group.join(", ")}${when === null ? "" : ` when missing by ${when}`}`),
        ...Object.entries(text).map(([language, said]) => wording(`text of ${name} (${language})`, said)),
      ]);
    case "policy":
      return [
        meaning("decides on", node.request),
        ...node.rules.map((rule) => meaning(`rule ${rule.name}`, ruleText(rule))),
        meaning("order of rules", node.rules.map(({ name }) => name).join(", ")),
      ];
    case "bundle":
      return bundleFacets(node);
  }
}

function documentFacets({ node, document }: Definition): Facet[] {
  // A bundle's own node says who answers for it.
  const { owner, use, description } = node.kind === "bundle" ? { owner: null, use: null, description: null } : document;
  const said = Object.entries({ owner, use, description }).flatMap(([key, text]) =>
    text === null ? [] : [wording(key, text)],
  );
  return [
    ...said,
    ...Object.entries(document.texts).map(([feature, text]) => ofFeature(feature, wording("reason of", text))),
  ];
}

function eventFacets({ entity, delayMicros, fields, published }: DefinitionNode & { kind: "event" }): Facet[] {
  return [
    meaning("about", entity),
    // What is known when is stored with each event, so a new delay changes no value that is there.
    wording("delay of later events", `${delayMicros / MICROS_PER_DAY} days`),
    ...(published === undefined
      ? []
      : [
          meaning("computed by", published.producer),
          meaning("stale after", `${published.maximumAgeMicros / MICROS_PER_DAY} days`),
        ]),
    ...fieldFacets(fields),
  ];
}

function fieldFacets(fields: { readonly [name: string]: FieldNode }): Facet[] {
  return Object.entries(fields).map(([name, { type, optional, protection }]) => {
    const { kind, ...more } = type;
    const details = byName<unknown>(more).map(
      ([key, value]) => `${key} ${Array.isArray(value) ? value.join(", ") : String(value)}`,
    );
    return meaning(
      `field ${name}`,
      [kind, ...details, ...(optional ? ["optional"] : []), ...(protection === "none" ? [] : [protection])].join("; "),
    );
  });
}

function setFacets(node: FeatureSetNode, catalogue: Catalogue): Facet[] {
  const hashes = featureHashes({ set: node, catalogue });
  const plan = planFeatures(node, schemaIn(catalogue), requestOf(node, catalogue));
  const sentences = isPlan(plan)
    ? new Map(explainColumns(plan).map(({ name, sentence }) => [name, sentence]))
    : new Map<string, string>();
  return [
    ...node.features.map(({ name, feature }) => {
      const said = meaning("feature", sentences.get(name) ?? printValue(feature.value), hashes.get(name)!);
      return ofFeature(name, said);
    }),
    ...node.features.flatMap(({ name, feature }) =>
      feature.worse === null ? [] : [ofFeature(name, meaning("riskier when, of", feature.worse))],
    ),
    meaning("about", node.entity),
    ...(isPlan(plan) ? [wording("plan", `${plan.slots.length} slots, ${plan.scans.length} walks`)] : []),
  ];
}

/** Name → text, in the order written. */
export function labelSays(node: LabelNode): [name: string, text: string][] {
  const { bad, unclear, exclude, observed } = node;
  const said: [string, string | null][] = [
    ["bad", printValue(bad)],
    ["unclear", unclear && printValue(unclear)],
    ...endingsOf(node).map(({ name, stream }): [string, string] => [
      name === null ? "ended by" : `ended by ${name}`,
      printStream(stream),
    ]),
    ...(exclude ?? []).map(({ name, value }): [string, string] => [`left out: ${name}`, printValue(value)]),
    ["observed by", observed.kind === "by" ? printValue(observed.value) : null],
    ["matures after", observed.kind === "matures" ? `${observed.afterMicros / MICROS_PER_DAY} days` : null],
  ];
  return said.filter((line): line is [string, string] => line[1] !== null);
}

/** The same of a sequence, for people; in a diff it is one facet. */
export function sequenceSays(node: SequenceNode): [name: string, text: string][] {
  const events = node.steps.map(({ stream }) => stream.event).join(" and ");
  const fitted = node.steps.flatMap(({ stream, fields }) =>
    fields.flatMap(({ name, coding }) => (coding.kind === "number" ? [] : [`${stream.event}.${name}`])),
  );
  return [
    ["holds", `the last ${node.count} events of ${events}`],
    ["written as", printSequence(node)],
    ["fitted", fitted.length === 0 ? "nothing: its numbers are taken as they are" : fitted.join(", ")],
  ];
}

function labelFacets(node: LabelNode): Facet[] {
  return [meaning("about", node.entity), ...labelSays(node).map(([name, text]) => meaning(name, text))];
}

function modelFacets({ label, inputs, family, outputs, calibrate }: DefinitionNode & { kind: "model" }): Facet[] {
  return [
    meaning("predicts", label),
    ...inputs.flatMap(({ role, set, features }) =>
      features.map((feature) => meaning(`input ${role}.${feature}`, `${set}.${feature}`)),
    ),
    ...(family.kind === "contest" ? family.entries : [{ name: "family", family }]).map((entry) =>
      meaning(entry.name === "family" ? "family" : `entry ${entry.name}`, settingsText(entry.family)),
    ),
    ...outputs.map(({ name, kind, horizon }) => meaning(`output ${name}`, `${kind} within ${horizon}`)),
    meaning("calibrated", `${calibrate.method} on ${calibrate.on}`),
  ];
}

function settingsText({ kind, ...settings }: { readonly kind: string }): string {
  return [kind, ...byName(settings).map(([name, value]) => `${name} ${String(value)}`)].join(", ");
}

/** Whatever order they were written or stored in. */
function byName<T>(settings: { readonly [name: string]: T }): [name: string, value: T][] {
  return Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
}

function bundleFacets(node: DefinitionNode & { kind: "bundle" }): Facet[] {
  const { policy, models, shadow, reasons, baseline, jurisdiction } = node;
  return [
    meaning("policy", policy),
    meaning("models", models.join(", ")),
    meaning("shadow", shadow.join(", ")),
    meaning("reasons", reasons),
    meaning(
      "baseline",
      `${baseline.rows} rows just above the cut-off of ${baseline.model}.${baseline.output} on ${baseline.on}`,
    ),
    meaning("jurisdiction", jurisdiction),
    wording("owner", node.owner),
    wording("validator", node.validator),
    wording("intended use", node.intendedUse),
    ...node.limits.map((limit) => wording(`limit "${limit}"`, "stated")),
  ];
}

function ruleText(rule: RuleNode): string {
  if (rule.kind !== "bands")
    return `${rule.kind} when ${conditionText(rule.when)}${rule.because === null ? "" : `, because ${rule.because}`}`;
  const bands = rule.bands.map(({ below, action }) => `below ${below}: ${actionText(action)}`);
  return `by ${rule.on.model}.${rule.on.output}: ${[...bands, `otherwise: ${actionText(rule.otherwise)}`].join("; ")}`;
}

function conditionText(condition: ConditionNode): string {
  switch (condition.kind) {
    case "compare":
      return `${operandText(condition.operand)}.is(${printTest(condition.test, String)})`;
    case "isMissing":
      return `${operandText(condition.operand)} is missing${condition.missing === null ? "" : ` by ${condition.missing}`}`;
    case "every":
    case "some":
      return `(${condition.conditions.map(conditionText).join(condition.kind === "every" ? " and " : " or ")})`;
  }
}

function operandText(operand: OperandNode): string {
  if (operand.kind === "value") return `${operand.role}.${operand.set}.${operand.feature}`;
  return operand.kind === "output" ? `${operand.model}.${operand.output}` : `asked.${operand.field}`;
}

function actionText(action: ActionNode): string {
  if (!("offer" in action)) return action.kind;
  const terms = byName(action.offer).map(([term, { asked, times }]) => `${term} = ${asked} times ${times}`);
  return `${action.kind} ${terms.join(", ")}`;
}
