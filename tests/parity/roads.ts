// The same values on every road there is: the naive twin, the kernel on events laid out at once, table files of several runs and
// buckets, and an online store that took the events one batch after the other as they arrived. Drawn from a seed.

import { join } from "node:path";
import fc from "fast-check";
import { hashPrefix, isMissing, missingCode } from "../../src/base/index.ts";
import {
  compileKernel,
  evaluateWith,
  type HistoryEvent,
  type HistoryOf,
  layOutHistory,
  naiveFeatures,
} from "../../src/compile/index.ts";
import { type PartyMoment, tableValues } from "../../src/datasets/index.ts";
import type { FeatureSetNode } from "../../src/define/index.ts";
import { openOnlineStore, type PlacedEvent, type Snapshot, sealDrawn } from "../../src/history/index.ts";
import { openOnlineReader } from "../../src/history/online-reader.ts";
import { featureSet, featureValues, request } from "./random-definitions.ts";
import { histories, instants, merchants, moments, schema } from "./random-histories.ts";

export interface World {
  readonly entities: number;
  readonly instants: number;
  readonly features: number;
  readonly seed: number;
}

export interface Walked {
  /** Each compared on four roads. */
  readonly values: number;
  readonly present: number;
  readonly differences: number;
  readonly first: string | null;
}

/** As if so many events were expected, so that there are eight buckets. */
const EXPECTED = 400_000;
const BATCH = 97;

export async function walkRoads(folder: string, world: World): Promise<Walked> {
  const set = featureSet(sample(fc.array(featureValues, exactly(world.features)), world.seed));
  const people = Array.from({ length: world.entities }, (_, i) => personOf(i, world));
  const merchantsDrawn = sample(merchants(moments[0]!), world.seed);
  const events = [...people.flatMap((person) => person.events), ...[...merchantsDrawn.values()].flat()];
  const placed = shuffled(events, world.seed).map((event, offset) => ({ event, offset }));
  const snapshot = await sealedInRuns(join(folder, "history"), placed);
  await takenIn(join(folder, "online"), placed);
  const parties = people.flatMap(({ moments: asked }) => asked);
  return await compared(set, { snapshot, parties, events, onlineFolder: join(folder, "online") });
}

const exactly = (length: number) => ({ minLength: length, maxLength: length, size: "max" }) as const;

function sample<T>(arbitrary: fc.Arbitrary<T>, seed: number): T {
  return fc.sample(arbitrary, { numRuns: 1, seed })[0]!;
}

function personOf(i: number, { seed, instants: count }: World): { events: HistoryEvent[]; moments: PartyMoment[] } {
  const around = moments[i % moments.length]!;
  const entity = `person-${i}`;
  const drawn = sample(
    fc.record({
      events: histories(around),
      instants: fc.array(instants(around), exactly(count)),
      amount: fc.constantFrom(0, 12.5, -3),
      start: instants(around),
    }),
    seed * 100_003 + i,
  );
  const asked = { amount: drawn.amount, start: drawn.start, birthday: 20_000 };
  return {
    events: drawn.events.map((event) => ({ ...event, entity, eventId: `${i}-${event.eventId}` })),
    moments: drawn.instants.map((t) => ({ entity, t, asked })),
  };
}

/** In an order of arrival that has nothing to do with when things happened; revisions of one event keep theirs. */
function shuffled(events: readonly HistoryEvent[], seed: number): HistoryEvent[] {
  const key = ({ entity, source, eventId }: HistoryEvent) => hashPrefix(`${seed} ${entity} ${source} ${eventId}`, 32);
  return events
    .map((event) => ({ event, key: key(event) }))
    .sort((a, b) => a.key - b.key || a.event.knownAt - b.event.knownAt)
    .map(({ event }) => event);
}

async function sealedInRuns(folder: string, placed: readonly PlacedEvent[]): Promise<Snapshot> {
  return await sealDrawn(folder, schema, EXPECTED, function* (bits) {
    const groups = Map.groupBy(placed, ({ event, offset }) =>
      JSON.stringify([event.event, hashPrefix(event.entity, bits), Math.floor((3 * offset) / placed.length)]),
    );
    for (const [key, rows] of groups) {
      const [name, bucket] = JSON.parse(key) as [string, number];
      yield { name, bucket, rows };
    }
  });
}

async function takenIn(folder: string, placed: readonly PlacedEvent[]): Promise<void> {
  const store = openOnlineStore(folder, schema);
  for (let from = 0; from < placed.length; from += BATCH) {
    const events = placed.slice(from, from + BATCH).map(({ event }) => event);
    store.applyEvents({ from: { partition: 0, offset: from }, events });
  }
  await store.close();
}

interface Roads {
  readonly snapshot: Snapshot;
  readonly parties: readonly PartyMoment[];
  readonly events: readonly HistoryEvent[];
  readonly onlineFolder: string;
}

async function compared(set: FeatureSetNode, { snapshot, parties, events, onlineFolder }: Roads): Promise<Walked> {
  const kernel = compileKernel(set, schema, { meaningHash: "", request });
  const tables = await tableValues(snapshot, { schema, request, set, meaningHash: "" }, parties);
  const byEntity = Map.groupBy(events, ({ entity }) => entity);
  const eventsOf = (id: string) => byEntity.get(id) ?? [];
  const laidOut: HistoryOf = (_, id) => layOutHistory(id, eventsOf(id), schema);
  const reader = openOnlineReader(onlineFolder, schema);
  const online: HistoryOf = (_, id, names) => reader.also(id, names);
  const walked = { values: 0, present: 0, differences: 0, first: null as string | null };
  const width = kernel.columns.length;
  const roadOf = () => ({ numbers: new Float64Array(width), kinds: new Uint8Array(width) });
  const [direct, stored, twin] = [roadOf(), roadOf(), roadOf()];
  for (const [i, { entity, t, asked }] of parties.entries()) {
    evaluateWith(kernel, laidOut("borrower", entity, []), t, asked, laidOut, direct.numbers, direct.kinds, 0);
    const history = reader.history(entity, kernel.events);
    evaluateWith(kernel, history, t, asked, online, stored.numbers, stored.kinds, 0);
    const answers = naiveFeatures(set, schema, eventsOf(entity), t, asked, eventsOf);
    for (const [column, name] of kernel.columns.entries()) {
      const answer = answers[name]!;
      twin.numbers[column] = isMissing(answer) ? Number.NaN : answer;
      twin.kinds[column] = isMissing(answer) ? missingCode(answer.missing) : 0;
    }
    const roads = { kernel: direct, tables: tables[i]!, online: stored };
    for (let column = 0; column < width; column++) {
      walked.values++;
      if (twin.kinds[column] === 0) walked.present++;
      const other = Object.entries(roads).find(([, road]) => !same(road, twin, column));
      if (other === undefined) continue;
      walked.differences++;
      walked.first ??= `${kernel.columns[column]} of ${entity} at ${t}: ${other[0]} gives ${said(other[1], column)}, the twin ${said(twin, column)}`;
    }
  }
  await reader.close();
  return walked;
}

interface Road {
  readonly numbers: Float64Array;
  readonly kinds: Uint8Array;
}

function same(a: Road, b: Road, column: number): boolean {
  return (
    a.kinds[column] === b.kinds[column] && (a.kinds[column] !== 0 || Object.is(a.numbers[column], b.numbers[column]))
  );
}

function said({ numbers, kinds }: Road, column: number): string {
  return kinds[column] === 0 ? String(numbers[column]) : `missing ${kinds[column]}`;
}
