// Histories for the benches: purchases over 400 days, drawn from a seed.

import { instant, MICROS_PER_DAY, seededRandom } from "../src/base/index.ts";
import { type EntityHistory, type HistoryEvent, layOutHistory } from "../src/compile/index.ts";
import { kinds, schema } from "./window-features.ts";

export const decidedAt = instant("2025-06-01T00:00:00Z");
const DAYS = 400;
const MERCHANTS = 40;

export function entityName(number: number): string {
  return `b-${String(number).padStart(6, "0")}`;
}

/** One borrower's purchases in order; amounts from 1 to 500 in major units. */
export function purchasesOf(entity: string, count: number, seed: string): HistoryEvent[] {
  const random = seededRandom(`${seed}/${entity}`);
  const instants = Array.from({ length: count }, () => decidedAt - Math.floor(random.next() * DAYS * MICROS_PER_DAY));
  return instants
    .sort((a, b) => a - b)
    .map((at, i) => ({
      event: "purchase",
      entity,
      source: "bench",
      eventId: `${entity}/${i}`,
      seq: null,
      at,
      knownAt: at,
      retracted: false,
      fields: {
        amount: 100 + random.integer(49_901),
        fee: random.integer(500),
        kind: random.integer(kinds.length),
        merchant: `m${random.integer(MERCHANTS)}`,
      },
    }));
}

export function historiesOf(entities: number, events: number, seed: string): EntityHistory[] {
  return Array.from({ length: entities }, (_, i) => {
    const entity = entityName(i);
    return layOutHistory(entity, purchasesOf(entity, events, seed), schema);
  });
}

/** As a source sends it. */
export function sourceRow({ at, knownAt, fields, retracted, ...rest }: HistoryEvent): object {
  const { amount, fee, kind, merchant } = fields;
  const major = (cents: unknown) => (Number(cents) / 100).toFixed(2);
  const said = { amount: major(amount), fee: major(fee), kind: kinds[Number(kind)], merchant };
  return {
    ...rest,
    at: new Date(Math.floor(at / 1000)).toISOString().replace("Z", `${String(at % 1000).padStart(3, "0")}Z`),
    fields: said,
  };
}
