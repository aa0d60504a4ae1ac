// What the bundle in use looks at, and what it sees of one entity.

import { z } from "zod";
import { AssayError, formatInstant, parseInstant } from "../base/index.ts";
import { type FeatureNode, printValue } from "../define/index.ts";
import type { BundleDocument } from "../policy/index.ts";
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
const catalogue = z.object({
  bundle: hash,
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
    summary: "The features of the bundle in use",
    answer: catalogue,
  } as const;
  addDoor(app, contract, async () => {
    const parcel = parts.decisions.currentBundle;
    if (parcel === null) throw new AssayError(problems.NO_BUNDLE("the catalogue"));
    return catalogueOf(parcel.hash, parcel.document);
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
    }),
    answer: entityFeatures,
  } as const;
  addDoor(app, contract, async ({ params, query }) => {
    const t = query.asOf === undefined ? parts.clock.now() : parseInstant(query.asOf);
    if (t === undefined)
      throw new AssayError(problems.BAD_VALUE('field "asOf" of the query', { why: "it is no instant with an offset" }));
    return { asOf: formatInstant(t), sets: await featuresOf(params, t) };
  });
}

function catalogueOf(bundle: string, document: BundleDocument): z.output<typeof catalogue> {
  const sets = Object.entries(document.roles).map(([role, setName]) => {
    const { node, meaningHash } = document.featureSets.find((set) => set.node.name === setName)!;
    const features = node.features.map(({ name, feature }) => cataloguedOf(document, role, name, feature));
    return { role, set: setName, entity: node.entity, meaningHash, features };
  });
  return { bundle, sets };
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
