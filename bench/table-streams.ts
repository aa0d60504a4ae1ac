// Streams of purchases as lenders hold them, drawn from a seed and written straight into table files with their manifest:
// a heavy tail of counts, ties, midnights, absent values, late arrivals, revisions and retractions. Ingest would take hours
// at the sizes that a back-fill is measured at. Every bucket is drawn by itself, so memory does not grow with their number.

import { hashPrefix, MICROS_PER_DAY, type SeededRandom, seededRandom } from "../src/base/index.ts";
import type { HistoryEvent } from "../src/compile/index.ts";
import type { SpineRow } from "../src/datasets/index.ts";
import type { EventNode } from "../src/define/index.ts";
import { type Snapshot, sealDrawn } from "../src/history/index.ts";
import { decidedAt, entityName } from "./spending.ts";
import { kinds, schema } from "./window-features.ts";

export interface StreamsAsked {
  readonly entities: number;
  /** Half of the entities have fewer; one in a hundred has sixteen times as many. */
  readonly medianEvents: number;
  readonly seed: string;
  /** Files a bucket: how many seals the events came in, by when they were known. */
  readonly runs: number;
}

const SPREAD = 1.2;
const DAYS = 3 * 365;
const MERCHANTS = 400;
const purchase = schema["purchase"]!;

/** As the bench's features know it, but for a fee that may be absent. */
export const streamSchema: { readonly purchase: EventNode } = {
  purchase: { ...purchase, fields: { ...purchase.fields, fee: { ...purchase.fields["fee"]!, optional: true } } },
};

/** The mean of a log-normal count is above its median. */
export function expectedEvents({ entities, medianEvents }: StreamsAsked): number {
  return Math.round(entities * medianEvents * Math.exp((SPREAD * SPREAD) / 2));
}

/** Draws all buckets and publishes a snapshot of them in `folder`. */
export async function writeStreams(folder: string, asked: StreamsAsked): Promise<Snapshot> {
  return await sealDrawn(folder, streamSchema, expectedEvents(asked), function* (bits) {
    let offset = 0;
    for (const [bucket, entities] of entitiesByBucket(asked.entities, bits)) {
      const events = entities.flatMap((entity) => eventsOf(entity, asked));
      const runs = Map.groupBy(events, ({ knownAt }) => runOf(knownAt, asked.runs));
      for (const run of [...runs.keys()].sort((a, b) => a - b)) {
        const rows = runs.get(run)!.map((event) => ({ event, offset: offset++ }));
        yield { name: "purchase", bucket, rows };
      }
    }
  });
}

function runOf(knownAt: number, runs: number): number {
  const share = 1 - (decidedAt - knownAt) / (DAYS * MICROS_PER_DAY);
  return Math.max(0, Math.min(runs - 1, Math.floor(share * runs)));
}

function entitiesByBucket(entities: number, bits: number): [number, string[]][] {
  const buckets = Array.from({ length: 2 ** bits }, (): string[] => []);
  for (let i = 0; i < entities; i++) buckets[hashPrefix(entityName(i), bits)]!.push(entityName(i));
  return [...buckets.entries()].filter(([, members]) => members.length > 0);
}

/** All revisions of one entity's purchases, in the order they happened. */
export function eventsOf(entity: string, asked: StreamsAsked): HistoryEvent[] {
  const random = seededRandom(`${asked.seed}/purchases/${entity}`);
  return Array.from(instantsOf(entity, asked), (at, i) => revisionsOf(entity, at, i, random)).flat();
}

function instantsOf(entity: string, { medianEvents, seed }: StreamsAsked): Float64Array {
  const random = seededRandom(`${seed}/instants/${entity}`);
  const count = Math.max(1, Math.round(medianEvents * Math.exp(SPREAD * random.normal())));
  const instants = Float64Array.from({ length: count }, () => instantOf(random));
  // Ties: as the event before.
  for (let i = 1; i < count; i++) if (random.integer(800) === 0) instants[i] = instants[i - 1]!;
  return instants.sort();
}

/** Whole seconds; 3 % at midnight. */
function instantOf(random: SeededRandom): number {
  const day = decidedAt - MICROS_PER_DAY * (1 + random.integer(DAYS));
  return random.integer(100) < 3 ? day : day + random.integer(86_400) * 1_000_000;
}

/** 2 % become known up to three days late; one in a thousand is revised later, a fifth of those taken back. */
function revisionsOf(entity: string, at: number, i: number, random: SeededRandom): HistoryEvent[] {
  const late = random.integer(100) < 2 ? 1 + random.integer(3 * 86_400) : 0;
  const first: HistoryEvent = {
    event: "purchase",
    entity,
    source: "bench",
    eventId: `${entity}/${i}`,
    seq: null,
    at,
    knownAt: at + late * 1_000_000,
    retracted: false,
    fields: {
      amount: amountOf(random),
      fee: random.integer(100) === 0 ? null : random.integer(500),
      kind: random.integer(kinds.length),
      merchant: `m${random.integer(MERCHANTS)}`,
    },
  };
  if (random.integer(1000) > 0) return [first];
  const knownAt = first.knownAt + (1 + random.integer(20 * 86_400)) * 1_000_000;
  const changed = { ...first, knownAt, fields: { ...first.fields, amount: amountOf(random) } };
  return [first, { ...changed, retracted: random.integer(5) === 0 }];
}

function amountOf(random: SeededRandom): number {
  return Math.max(1, Math.round(3_000 * Math.exp(random.normal())));
}

/** Three rows an entity within the last two years: 10 % at midnight, 5 % at the very instant of an event. */
export function spineOf(asked: StreamsAsked): SpineRow[] {
  return Array.from({ length: asked.entities }, (_, i) => rowsOf(entityName(i), asked)).flat();
}

function rowsOf(entity: string, asked: StreamsAsked): SpineRow[] {
  const random = seededRandom(`${asked.seed}/spine/${entity}`);
  const instants = instantsOf(entity, asked);
  return Array.from({ length: 3 }, (_, i) => {
    const day = decidedAt - MICROS_PER_DAY * (31 + random.integer(2 * 365));
    const usual = random.integer(100) < 10 ? day : day + random.integer(86_400) * 1_000_000;
    const t = random.integer(100) < 5 ? Math.min(instants[random.integer(instants.length)]!, day) : usual;
    return { decisionId: `${entity}-${i}`, t, parties: { applicant: entity }, asked: {} };
  });
}
