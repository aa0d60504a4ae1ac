// The catalogue of features, what the bundle in use looks at, and what it sees of one entity.

import { z } from "zod";
import { AssayError, formatInstant, parseInstant } from "../base/index.ts";
import { type FeatureEntry, featureCatalogue, searchFeatures } from "../catalogue/index.ts";
import { type FeatureNode, printValue } from "../define/index.ts";
import { quantileOf } from "../evaluate/index.ts";
import type { BundleDocument } from "../policy/index.ts";
import { afterInQuery, afterOfQuery, waitFor } from "./after-position.ts";
import { catalogueGround } from "./catalogue-ground.ts";
import { addDoor } from "./door.ts";
import { problems } from "./errors.ts";
import type { Service } from "./service.ts";
import type { ServiceParts } from "./service-parts.ts";
import { hash, instantText, recordedValue, token } from "./wire/words.ts";

const tag = "Features";

const catalogued = z.object({
  column: z.string().meta({ description: "Role and name, as records and models call it" }),
  name: z.string(),
  expression: z.string(),
  unit: z.string(),
  missing: z.array(z.string()).meta({ description: "The kinds of nothing it can be" }),
  worse: z.enum(["higher", "lower"]).nullable(),
  reason: z.string().nullable().meta({ description: "What a letter says of it" }),
});
const user = z.object({ kind: z.string(), name: z.string(), part: z.string() });
const entry = z.object({
  set: z.string(),
  name: z.string(),
  entity: z.string(),
  sentence: z.string().meta({ description: "What it computes, in words" }),
  expression: z.string(),
  unit: z.string(),
  missing: z.array(z.string()).meta({ description: "The kinds of nothing it can be" }),
  worse: z.enum(["higher", "lower"]).nullable(),
  reason: z.string().nullable(),
  owner: z.string().nullable(),
  use: z.string().nullable(),
  meaningHash: hash,
  inForce: z
    .enum(["same", "other", "gone", "no"])
    .meta({ description: "Whether the bundle in use serves it, and as it is defined now" }),
  users: z.array(user).meta({ description: "Definitions that stand on it" }),
  seen: z
    .array(
      z.object({
        column: z.string(),
        rows: z.int(),
        missing: z.record(z.string(), z.number()),
        least: z.number().nullable(),
        median: z.number().nullable(),
        most: z.number().nullable(),
      }),
    )
    .meta({ description: "Where the bundle in use was made: rows, share missing by kind, values" }),
  feeds: z
    .array(
      z.object({
        event: z.string(),
        source: z.string(),
        delayMicros: z.int(),
        lateShare: z.number().nullable(),
        newestKnownAt: z.string().nullable(),
      }),
    )
    .meta({ description: "How the events that it reads come in" }),
});
const catalogue = z.object({
  bundle: hash.nullable(),
  features: z.array(entry).meta({ description: "Every feature that is defined or in use" }),
  sets: z.array(
    z.object({
      role: z.string(),
      set: z.string(),
      entity: z.string(),
      meaningHash: hash,
      features: z.array(catalogued),
    }),
  ),
});

const entityFeatures = z.object({
  asOf: instantText,
  sets: z.array(z.object({ set: z.string(), meaningHash: hash, values: z.record(z.string(), recordedValue) })),
});

export function featureRoutes({ app, parts }: Service): void {
  const contract = {
    method: "GET",
    path: "/v1/features",
    access: "read",
    tag,
    summary: "Features: all that are defined, and those of the bundle in use by role",
    query: z.strictObject({
      search: z.string().max(200).optional().meta({ description: "Features that say every one of these words" }),
    }),
    answer: catalogue,
  } as const;
  addDoor(app, contract, async ({ query }) => {
    const parcel = parts.decisions.currentBundle;
    if (parcel === null && parts.definitions === undefined) throw new AssayError(problems.NO_BUNDLE("the catalogue"));
    const found = searchFeatures(featureCatalogue(await catalogueGround(parts)), query.search ?? "");
    const listed = new Set(found.flatMap(({ columns }) => columns));
    return {
      bundle: parcel?.hash ?? null,
      features: found.map(entryOf),
      sets:
        parcel === null
          ? []
          : setsOf(parcel.document).map((set) => ({
              ...set,
              features: set.features.filter(({ column }) => listed.has(column)),
            })),
    };
  });
  if (parts.featuresOf !== undefined) entityRoute(app, parts, parts.featuresOf.bind(parts));
}

function entityRoute(
  app: Service["app"],
  parts: ServiceParts,
  featuresOf: NonNullable<ServiceParts["featuresOf"]>,
): void {
  const contract = {
    method: "GET",
    path: "/v1/entities/:type/:id/features",
    access: "decisions:read",
    tag,
    summary: "Values of an entity, as known at an instant",
    params: z.object({ type: token, id: token }),
    query: z.strictObject({
      asOf: z.string().optional().meta({ description: "ISO 8601 with an offset; now by default" }),
      ...afterInQuery,
    }),
    answer: entityFeatures,
  } as const;
  addDoor(app, contract, async ({ params, query }) => {
    const t = query.asOf === undefined ? parts.clock.now() : parseInstant(query.asOf);
    if (t === undefined)
      throw new AssayError(problems.BAD_VALUE('field "asOf" of the query', { why: "it is no instant with an offset" }));
    await waitFor(parts.history, afterOfQuery(query));
    return { asOf: formatInstant(t), sets: await featuresOf(params, t) };
  });
}

function entryOf({
  feature,
  columns: _columns,
  events: _events,
  seen,
  users,
  feeds,
  ...said
}: FeatureEntry): z.output<typeof entry> {
  return {
    ...said,
    unit: unitText(feature.unit),
    missing: [...feature.missing],
    worse: feature.worse,
    users: [...users],
    feeds: [...feeds],
    seen: seen.map(({ sketch, ...counted }) => ({
      ...counted,
      least: sketch.least,
      median: quantileOf(sketch, 0.5) ?? null,
      most: sketch.most,
    })),
  };
}

function setsOf(document: BundleDocument): z.output<typeof catalogue>["sets"] {
  return Object.entries(document.roles).map(([role, setName]) => {
    const { node, meaningHash } = document.featureSets.find((set) => set.node.name === setName)!;
    const features = node.features.map(({ name, feature }) => cataloguedOf(document, role, name, feature));
    return { role, set: setName, entity: node.entity, meaningHash, features };
  });
}

function cataloguedOf(
  document: BundleDocument,
  role: string,
  name: string,
  feature: FeatureNode,
): z.output<typeof catalogued> {
  const column = `${role}.${name}`;
  const reason = document.reasons.reasons.find(({ group }) => group.includes(column));
  return {
    column,
    name,
    expression: printValue(feature.value),
    unit: unitText(feature.unit),
    missing: [...feature.missing],
    worse: feature.worse,
    reason: reason?.text["en"] ?? null,
  };
}

function unitText(unit: FeatureNode["unit"]): string {
  if (unit.kind === "money") return unit.currency;
  return unit.kind === "category" ? `one of ${unit.values.join(", ")}` : unit.kind;
}
