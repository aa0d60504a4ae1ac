import { z } from "zod";
import { formatInstant } from "../base/index.ts";
import type { Released } from "../registry/index.ts";
import { principalOf } from "./access.ts";
import { addDoor } from "./door.ts";
import type { Service } from "./service.ts";
import { hash, instantText, limit, limitOf, note } from "./wire/words.ts";

const tag = "Bundles and releases";

const listedBundle = z.object({
  hash,
  name: z.string(),
  savedAt: instantText,
  inUse: z.boolean().meta({ description: "This process decides by it" }),
});
const bundleDocument = z
  .looseObject({ format: z.literal("assay.bundle"), version: z.literal(1), name: z.string() })
  .meta({ description: "The whole document; the SHA-256 of its canonical JSON is its hash" });
const released = z.object({ bundle: hash, releasedAt: instantText, previous: hash.nullable() });
const releaseEntry = z.object({
  position: z.int(),
  kind: z.enum(["release", "rollback"]),
  bundle: hash,
  by: z.string(),
  note: z.string(),
  releasedAt: instantText,
});

const watchedRelease = z.object({
  position: z.int(),
  bundle: hash,
  previous: hash,
  state: z.enum(["watching", "held", "rolledBack", "incomplete", "overtaken"]),
  why: z.string(),
  breachAt: instantText.nullable().meta({ description: "When a broken guardrail was seen" }),
  rolledBackAt: instantText.nullable(),
});

function watchedRoute({ app, parts }: Service): void {
  const contract = {
    method: "GET",
    path: "/v1/releases/watched",
    access: "read",
    tag,
    summary: "Releases by hand that the worker watched, newest first",
    query: z.strictObject({ limit }),
    answer: z.object({ releases: z.array(watchedRelease) }),
  } as const;
  const at = (micros: number | null) => (micros === null ? null : formatInstant(micros));
  addDoor(app, contract, async ({ query }) => {
    const watched = await parts.bakes.bakes(limitOf(query));
    return {
      releases: watched.map(({ looks: _, ...bake }) => ({
        ...bake,
        breachAt: at(bake.breachAt),
        rolledBackAt: at(bake.rolledBackAt),
      })),
    };
  });
}

export function releaseRoutes(service: Service): void {
  bundleRoutes(service);
  changeRoutes(service);
  watchedRoute(service);
  const contract = {
    method: "GET",
    path: "/v1/releases",
    access: "read",
    tag,
    summary: "Every release and roll-back, oldest first",
    answer: z.object({ releases: z.array(releaseEntry) }),
  } as const;
  addDoor(service.app, contract, async () => {
    const releases = await service.parts.registry.releases();
    return { releases: releases.map((entry) => ({ ...entry, releasedAt: formatInstant(entry.releasedAt) })) };
  });
}

function bundleRoutes({ app, parts }: Service): void {
  const list = {
    method: "GET",
    path: "/v1/bundles",
    access: "read",
    tag,
    summary: "The bundles there are",
    answer: z.object({ bundles: z.array(listedBundle) }),
  } as const;
  addDoor(app, list, async () => {
    const inUse = parts.decisions.currentBundle?.hash;
    const bundles = await parts.registry.bundles();
    return {
      bundles: bundles.map(({ hash, name, savedAt }) => ({
        hash,
        name,
        savedAt: formatInstant(savedAt),
        inUse: hash === inUse,
      })),
    };
  });
  const one = {
    method: "GET",
    path: "/v1/bundles/:hash",
    access: "read",
    tag,
    summary: "One bundle, as it is hashed",
    params: z.object({ hash }),
    answer: bundleDocument,
  } as const;
  addDoor(app, one, async ({ params }) => ({ ...(await parts.registry.bundle(params.hash)) }));
}

function changeRoutes({ app, released: inForce }: Service): void {
  const release = {
    method: "POST",
    path: "/v1/releases",
    access: "releases:write",
    tag,
    summary: "Release a bundle",
    description: "Every decider prepares first, then the pointer moves; a bundle that one cannot run changes nothing.",
    body: z.strictObject({ bundle: hash, note }),
    answer: released,
  } as const;
  addDoor(app, release, async ({ body, request }) =>
    releasedOf(await inForce.release({ ...body, by: principalOf(request).name })),
  );
  const rollback = {
    method: "POST",
    path: "/v1/releases/rollback",
    access: "releases:write",
    tag,
    summary: "Bring back the bundle that was in force before",
    body: z.strictObject({ note }),
    answer: released,
  } as const;
  addDoor(app, rollback, async ({ body, request }) =>
    releasedOf(await inForce.rollback({ ...body, by: principalOf(request).name })),
  );
}

function releasedOf({ hash, releasedAt, previous }: Released): z.output<typeof released> {
  return { bundle: hash, releasedAt: formatInstant(releasedAt), previous };
}
