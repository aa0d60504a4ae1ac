// All that can be said of one definition, or of one feature, without asking an engine: how it is computed, what that costs in
// a typical history, where it comes from, who stands on it. Plain data; `print-explanation.ts` has the words.

import { AssayError, formatProblem, type Hash } from "../base/index.ts";
import {
  type ColumnExplained,
  type EventLoad,
  explainColumns,
  explainPlan,
  isPlan,
  type Plan,
  planFeatures,
  type WalkCost,
  walkCosts,
} from "../compile/index.ts";
import {
  type Catalogue,
  type Definition,
  type DefinitionNode,
  documentHash,
  type EventNode,
  type FeatureSetNode,
  featureHashes,
  meaningHash,
  printValue,
  type UnitNode,
} from "../define/index.ts";
import { problems } from "./errors.ts";
import { labelSays, sequenceSays } from "./facets.ts";
import { type Lineage, lineageOf, type SourcesOfEvents } from "./lineage.ts";
import { type FeaturePlace, fullName, isSet, type Subject } from "./subject.ts";
import { requestOf, schemaIn } from "./surroundings.ts";
import { type Used, type User, usersBeyond, usersOf } from "./users.ts";

/** What was counted in a history; without it nothing is estimated. */
export interface Counted {
  /** Event → a typical entity's events of that type. */
  readonly loads: { readonly [event: string]: EventLoad };
  /** What the online store keeps for one event, all types together; null where it was not measured. */
  readonly bytesPerEvent: number | null;
  readonly sources: SourcesOfEvents;
}

/** About one evaluation for a typical entity. */
export interface Estimate {
  readonly walks: readonly WalkCost[];
  /** Of the events that it reads; null where the online store was not measured. */
  readonly bytesPerEntity: number | null;
}

interface About {
  readonly name: string;
  readonly owner: string | null;
  readonly use: string | null;
  readonly description: string | null;
  readonly meaningHash: Hash;
  readonly documentHash: Hash;
  /** One step away. */
  readonly users: readonly User[];
}

export type Explanation =
  | (About & {
      readonly kind: "feature";
      readonly set: string;
      readonly entity: string;
      readonly column: ColumnExplained;
      readonly expression: string;
      readonly unit: UnitNode;
      readonly worse: "higher" | "lower" | null;
      readonly text: string | null;
      /** The plan of this feature alone. */
      readonly plan: string;
      readonly estimate: Estimate | null;
      readonly lineage: Lineage;
    })
  | (About & {
      readonly kind: "features";
      readonly entity: string;
      readonly plan: string;
      readonly estimate: Estimate | null;
    })
  | (About & {
      readonly kind: "label" | "sequence";
      readonly entity: string;
      readonly says: readonly (readonly [string, string])[];
    })
  | (About & {
      readonly kind: "event";
      readonly entity: string;
      readonly delayMicros: number;
      readonly load: EventLoad | null;
      readonly bytesPerEntity: number | null;
      readonly sources: readonly string[];
      /** Field → the features that read it; fields in the vault are read by none. */
      readonly fields: readonly { readonly name: string; readonly type: string; readonly protection: string }[];
    })
  | (About & { readonly kind: Exclude<DefinitionNode["kind"], "features" | "label" | "sequence" | "event"> });

export interface ExplainRequest {
  readonly catalogue: Catalogue;
  readonly counted: Counted | null;
}

/** Throws ASSAY_CATALOGUE_NOT_PLANNED where a feature set cannot be compiled. */
export function explainSubject(subject: Subject, request: ExplainRequest): Explanation {
  if (subject.kind === "feature") return explainFeature(subject, request);
  const { definition } = subject;
  const { node } = definition;
  const about = aboutOf(definition, request.catalogue);
  if (node.kind === "features") return { ...about, ...explainSet(node, request) };
  if (node.kind === "label") return { ...about, kind: "label", entity: node.entity, says: labelSays(node) };
  if (node.kind === "sequence") return { ...about, kind: "sequence", entity: node.entity, says: sequenceSays(node) };
  if (node.kind === "event") return { ...about, ...explainEvent(node, request) };
  return { ...about, kind: node.kind };
}

function aboutOf(definition: Definition, catalogue: Catalogue): About {
  const { node, document } = definition;
  const { owner, use, description } = document;
  const hashes = { meaningHash: meaningHash(definition, catalogue), documentHash: documentHash(definition) };
  const used: Used = { kind: node.kind, name: node.name };
  return { name: node.name, owner, use, description, ...hashes, users: usersOf(used, catalogue) };
}

function explainSet(node: FeatureSetNode, { catalogue, counted }: ExplainRequest) {
  const plan = planOf(node, catalogue);
  return {
    kind: "features" as const,
    entity: node.entity,
    plan: explainPlan(plan),
    estimate: estimateOf(plan, counted),
  };
}

function explainFeature(
  place: FeaturePlace & { readonly kind: "feature" },
  { catalogue, counted }: ExplainRequest,
): Explanation {
  const { definition, name, feature } = place;
  const { node: set, document } = definition;
  const alone = planOf({ ...set, features: [{ name, feature }] }, catalogue);
  const used: Used = { kind: "features", name: set.name, feature: name };
  return {
    ...aboutOf(definition, catalogue),
    kind: "feature",
    name: fullName(place),
    set: set.name,
    entity: set.entity,
    column: explainColumns(planOf(set, catalogue)).find((column) => column.name === name)!,
    expression: printValue(feature.value),
    unit: feature.unit,
    worse: feature.worse,
    text: document.texts[name] ?? null,
    meaningHash: featureHashes({ set, catalogue }).get(name)!,
    plan: explainPlan(alone),
    estimate: estimateOf(alone, counted),
    lineage: lineageOf(place, catalogue, counted?.sources ?? {}),
    users: usersBeyond(used, catalogue),
  };
}

function explainEvent(node: EventNode, { counted }: ExplainRequest) {
  const load = counted?.loads[node.name] ?? null;
  const bytes = counted?.bytesPerEvent ?? null;
  return {
    kind: "event" as const,
    entity: node.entity,
    delayMicros: node.delayMicros,
    load,
    bytesPerEntity: load === null || bytes === null ? null : load.rows * bytes,
    sources: counted?.sources[node.name] ?? [],
    fields: Object.entries(node.fields).map(([name, { type, protection }]) => ({ name, type: type.kind, protection })),
  };
}

/** Throws ASSAY_CATALOGUE_NOT_PLANNED. */
function planOf(set: FeatureSetNode, catalogue: Catalogue): Plan {
  const plan = planFeatures(set, schemaIn(catalogue), requestOf(set, catalogue));
  if (isPlan(plan)) return plan;
  throw new AssayError(problems.NOT_PLANNED(`features "${set.name}"`, { why: plan.map(formatProblem).join(" ") }));
}

function estimateOf(plan: Plan, counted: Counted | null): Estimate | null {
  if (counted === null) return null;
  const events = [
    ...new Set(
      [plan, ...(plan.links ?? []).flatMap(({ link, values }) => [link, values])].flatMap((part) => part.events),
    ),
  ];
  const rows = events.reduce((sum, event) => sum + (counted.loads[event]?.rows ?? 0), 0);
  const bytes = counted.bytesPerEvent;
  return { walks: walkCosts(plan, counted.loads), bytesPerEntity: bytes === null ? null : rows * bytes };
}

/** Every feature set's explanation, in the order of the catalogue. */
export function explainSets(request: ExplainRequest): Explanation[] {
  return request.catalogue.definitions
    .filter(isSet)
    .map((definition) => explainSubject({ kind: "definition", definition }, request));
}
