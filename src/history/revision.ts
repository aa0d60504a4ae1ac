// Contract 1: what a received event is, given what is already held under its source and event id.
//
//   says what the latest revision says        → duplicate, whatever its knownAt
//   its own knownAt is later than the latest  → revision
//   says what an older revision says          → duplicate (an old delivery, sent again)
//   anything else                             → refused
//
// A revision never moves an event to another entity or type.

import { formatInstant, type Problem } from "../base/index.ts";
import type { HistoryEvent } from "../compile/index.ts";
import { problems } from "./errors.ts";
import type { ValidEvent } from "./validate-event.ts";
import { contentOf } from "./wire-event.ts";

export interface HeldRevision {
  readonly content: string;
  readonly knownAt: number;
}

/** All revisions held under one source and event id, by rising `knownAt`. */
export interface HeldEvent {
  readonly event: string;
  readonly entity: string;
  readonly revisions: readonly HeldRevision[];
}

export type Verdict =
  | { readonly kind: "new" | "duplicate" | "revision" }
  | { readonly kind: "refused"; readonly problem: Problem };

export function judge({ event, ownKnownAt }: ValidEvent, held: HeldEvent | undefined): Verdict {
  if (held === undefined) return { kind: "new" };
  const thing = `event ${JSON.stringify(event.eventId)} of ${event.source}`;
  if (held.entity !== event.entity || held.event !== event.event) {
    return {
      kind: "refused",
      problem: problems.OTHER_THING(thing, { held: `${held.event} of ${JSON.stringify(held.entity)}` }),
    };
  }
  const content = contentOf(event);
  const latest = held.revisions.at(-1)!;
  if (latest.content === content) return { kind: "duplicate" };
  if (ownKnownAt && event.knownAt > latest.knownAt) return { kind: "revision" };
  if (held.revisions.some((one) => one.content === content)) return { kind: "duplicate" };
  return { kind: "refused", problem: problems.CONFLICT(thing, { held: formatInstant(latest.knownAt) }) };
}

/** What is held once `event` has been accepted; the same object where exactly this revision is held already. */
export function withRevision(held: HeldEvent | undefined, event: HistoryEvent): HeldEvent {
  const revision = new OneRevision(event);
  if (held === undefined) return revision;
  if (held.revisions.some((one) => one.content === revision.content && one.knownAt === event.knownAt)) return held;
  const revisions = [...held.revisions, revision].sort((a, b) => a.knownAt - b.knownAt);
  return { event: held.event, entity: held.entity, revisions };
}

/** An event as it came: nearly none is asked for again, so what it says is written out only then. */
class OneRevision implements HeldEvent, HeldRevision {
  readonly #event: HistoryEvent;

  constructor(event: HistoryEvent) {
    this.#event = event;
  }

  get event(): string {
    return this.#event.event;
  }

  get entity(): string {
    return this.#event.entity;
  }

  get knownAt(): number {
    return this.#event.knownAt;
  }

  get content(): string {
    return contentOf(this.#event);
  }

  get revisions(): readonly HeldRevision[] {
    return [this];
  }
}
