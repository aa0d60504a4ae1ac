// The naive twin as a witness: what a party's values were, had only some of the events been there. It answers the questions a
// difference raises, one at a time, slowly; differences are rare.

import { hashPrefix, isMissing, missingCode } from "../base/index.ts";
import {
  compileKernel,
  type HistorySchema,
  layOutHistory,
  naiveFeatures,
  type RequestValues,
} from "../compile/index.ts";
import type { FeatureSetNode, RequestNode } from "../define/index.ts";
import { type PlacedEvent, placedEvents, type Snapshot } from "../history/index.ts";
import type { PartyMoment, PartyValues } from "./table-values.ts";

/** What computes values: a set under the definitions of its time. */
export interface ParityPlan {
  readonly set: FeatureSetNode;
  readonly meaningHash: string;
  readonly schema: HistorySchema;
  readonly request: RequestNode | null;
}

/** The events of some entities, and of those that they are linked to, by entity. */
export type WitnessedEvents = ReadonlyMap<string, readonly PlacedEvent[]>;

/** Reads only the buckets that the entities lie in. Throws what `placedEvents` throws. */
export async function witnessedEvents(
  snapshot: Snapshot,
  plan: ParityPlan,
  moments: readonly PartyMoment[],
): Promise<WitnessedEvents> {
  const events = new Map<string, PlacedEvent[]>();
  await gather(snapshot, plan.schema, new Set(moments.map(({ entity }) => entity)), events);
  await gather(snapshot, plan.schema, linkedTo(plan, moments, events), events);
  return events;
}

async function gather(
  snapshot: Snapshot,
  schema: HistorySchema,
  wanted: ReadonlySet<string>,
  into: Map<string, PlacedEvent[]>,
): Promise<void> {
  const fresh = new Set([...wanted].filter((entity) => !into.has(entity)));
  if (fresh.size === 0) return;
  for (const entity of fresh) into.set(entity, []);
  const buckets = new Set([...fresh].map((entity) => hashPrefix(entity, snapshot.manifest.bits)));
  for await (const placed of placedEvents(snapshot, schema, { buckets })) {
    for (const one of placed) if (fresh.has(one.event.entity)) into.get(one.event.entity)!.push(one);
  }
}

function linkedTo(plan: ParityPlan, moments: readonly PartyMoment[], events: WitnessedEvents): Set<string> {
  const { set, schema, meaningHash, request } = plan;
  const kernel = compileKernel(set, schema, { meaningHash, ...(request === null ? {} : { request }) });
  const linked = new Set<string>();
  if (kernel.links.length === 0) return linked;
  for (const { entity, t } of moments) {
    const history = layOutHistory(
      entity,
      events.get(entity)!.map(({ event }) => event),
      schema,
    );
    for (const link of kernel.links.keys()) {
      const id = kernel.resolve(history, t, link);
      if (id !== null) linked.add(id);
    }
  }
  return linked;
}

export class Witness {
  readonly #plan: ParityPlan;
  readonly #moment: PartyMoment;
  readonly #events: WitnessedEvents;

  constructor(plan: ParityPlan, moment: PartyMoment, events: WitnessedEvents) {
    this.#plan = plan;
    this.#moment = moment;
    this.#events = events;
  }

  /** The party's events and those of everybody that was read with them, in the order they arrived. */
  events(): readonly PlacedEvent[] {
    const all = [...this.#events.values()].flat();
    const own = this.#events.get(this.#moment.entity) ?? [];
    const reads = new Set(this.#plan.set.features.some(({ feature }) => reachesOthers(feature.value)) ? all : own);
    return [...reads].sort((a, b) => a.offset - b.offset);
  }

  /** Values as if only the events that `holds` names had ever arrived. */
  valuesOf(holds: (placed: PlacedEvent) => boolean = () => true): PartyValues {
    const { set, schema } = this.#plan;
    const { entity, t, asked } = this.#moment;
    const eventsOf = (id: string) => (this.#events.get(id) ?? []).filter(holds).map(({ event }) => event);
    return valuesOf(Object.values(naiveFeatures(set, schema, eventsOf(entity), t, asked as RequestValues, eventsOf)));
  }
}

function reachesOthers(value: object): boolean {
  if ("kind" in value && value.kind === "related") return true;
  return Object.values(value).some(
    (part) => typeof part === "object" && part !== null && reachesOthers(part as object),
  );
}

function valuesOf(answers: readonly ReturnType<typeof naiveFeatures>[string][]): PartyValues {
  return {
    numbers: Float64Array.from(answers, (answer) => (isMissing(answer) ? Number.NaN : answer)),
    kinds: Uint8Array.from(answers, (answer) => (isMissing(answer) ? missingCode(answer.missing) : 0)),
  };
}
