// The twin of a sequence's tokens: every visible event of every step, put in order, the last of them kept, each field asked of
// the event itself.

import { type SequenceNode, type StepNode, type TokenFieldNode, typeOfRow } from "../../define/index.ts";
import type { HistoryEvent } from "../history.ts";
import type { EncodedField, SequenceFit } from "../sequence-fit.ts";
import { passes, read, unitsOf } from "./naive-row.ts";
import { visibleEvents } from "./naive-visibility.ts";

export interface NaiveToken {
  /** The step's place, from 1. */
  readonly kind: number;
  readonly age: number;
  /** Of each field of each step a number or a code; null where it is missing. */
  readonly fields: readonly (number | null)[];
}

/** From the oldest to the newest. */
export function naiveSequence(
  sequence: SequenceNode,
  fit: SequenceFit,
  events: readonly HistoryEvent[],
  t: number,
): NaiveToken[] {
  const seen = visibleEvents(events, t);
  const rows = sequence.steps.flatMap((step, place) =>
    seen
      .filter((event) => event.event === step.stream.event && passes(step.stream.filter, event))
      .map((event) => ({ event, place })),
  );
  // Sorting is stable: of one instant an earlier step comes first, and within a step the total order holds.
  const last = rows.sort((a, b) => a.event.at - b.event.at).slice(-sequence.count);
  return last.map(({ event, place }) => ({
    kind: place + 1,
    age: Number((BigInt(t) - BigInt(event.at)) / BigInt(sequence.ageMicros)),
    fields: sequence.steps.flatMap((step, other) => fieldsOf(step, fit.steps[other]!, other === place ? event : null)),
  }));
}

function fieldsOf(step: StepNode, encoded: readonly EncodedField[], event: HistoryEvent | null): (number | null)[] {
  return step.fields.map((field, i) => (event === null ? absent(encoded[i]!) : written(field, encoded[i]!, event)));
}

function absent({ kind }: EncodedField): number | null {
  return kind === "coded" || kind === "steps" ? 0 : null;
}

function written({ row }: TokenFieldNode, encoded: EncodedField, event: HistoryEvent): number | null {
  const value = read(row, event);
  if (value === null) return absent(encoded);
  if (encoded.kind === "coded") {
    const type = typeOfRow(row);
    const word =
      typeof value === "string" ? value : type.kind === "category" ? type.values[Number(value)]! : String(value === 1n);
    const place = encoded.words.indexOf(word);
    return place < 0 ? 1 : place + 2;
  }
  if (encoded.kind === "steps") return 1 + encoded.edges.filter((edge) => edge < Number(value)).length;
  if (encoded.kind === "scaled") return Math.fround((Number(value) - encoded.mean) / encoded.deviation);
  return Math.fround(Number(value) / unitsOf(row));
}
