// What is held under an event's name: the index says in which groups to look, the groups hold who their rows are. What a
// held revision says is told as today's definitions tell it, so a field that has been added since is null in it, as it is
// in a row that does not give it.

import { readDirectory } from "./online-directory.ts";
import type { Lent } from "./online-draft.ts";
import { chunkKey, type LmdbBytes, numberKey, type OnlineEnvironment } from "./online-environment.ts";
import type { GroupPlaces } from "./online-group.ts";
import type { EventName } from "./online-histories.ts";
import { rowsOfIdentity } from "./online-identity.ts";
import { findIds, type IndexSize, idHash } from "./online-index.ts";
import { laidRowReader } from "./online-rows.ts";
import { identitiesOf, readHeader } from "./online-value.ts";
import type { HeldEvent } from "./revision.ts";
import { contentOf } from "./wire-event.ts";

/** Rows of a group; their values are lent only where one of them is sought. */
interface Stretch {
  readonly identities: Uint8Array;
  readonly rows: number;
  readonly lend: () => Lent;
}

export class HeldEvents {
  readonly #environment: OnlineEnvironment;
  readonly #places: GroupPlaces;
  readonly #bytes: LmdbBytes;

  constructor(places: GroupPlaces) {
    this.#environment = places.environment;
    this.#bytes = places.bytes;
    this.#places = places;
  }

  find(names: readonly EventName[], size: IndexSize): (HeldEvent | undefined)[] {
    const hashes = Uint32Array.from(names, ({ source, eventId }) => idHash(source, eventId));
    const groups = findIds(this.#environment.ids, size, hashes);
    const found: (HeldEvent | undefined)[] = names.map(() => undefined);
    for (const [key, places] of this.#byKey(groups)) this.#findIn(key, places, names, found);
    return found;
  }

  /** Groups by their key, with the places in the question that may lie in them. */
  #byKey(groups: readonly (readonly number[])[]): Map<string, number[]> {
    const keys = new Map<string, number[]>();
    for (const [place, hashes] of groups.entries()) {
      for (const key of hashes.flatMap((hash) => namesOfGroup(this.#environment, hash))) {
        const known = keys.get(key);
        if (known === undefined) keys.set(key, [place]);
        else known.push(place);
      }
    }
    return keys;
  }

  #findIn(key: string, places: readonly number[], names: readonly EventName[], found: (HeldEvent | undefined)[]): void {
    const [entity, event] = key.split("\u0000") as [string, string];
    const add = ({ identities, rows, lend }: Stretch) => {
      const hits = places.flatMap((place) => {
        const { source, eventId } = names[place]!;
        const same = rowsOfIdentity(identities, rows, source, eventId);
        return same.length === 0 ? [] : [{ place, same }];
      });
      if (hits.length === 0) return;
      const { views } = lend();
      const header = readHeader(views);
      const layouts = { layout: this.#places.layout(header.layoutId), wanted: this.#places.current(event).layout };
      const read = laidRowReader(views, header, layouts, entity);
      for (const { place, same } of hits) {
        const { source, eventId } = names[place]!;
        const revisions = same.map((row) => {
          const held = read({ source, eventId, seq: null }, row).event;
          return { content: contentOf(held), knownAt: held.knownAt };
        });
        const before = found[place]?.revisions ?? [];
        const all = [...before, ...revisions].sort((a, b) => a.knownAt - b.knownAt);
        found[place] = { event, entity, revisions: all };
      }
    };
    this.#eachStretch(entity, event, add);
  }

  #eachStretch(entity: string, event: string, visit: (stretch: Stretch) => void): void {
    const tail = this.#bytes.tail(entity, event);
    if (tail === undefined) return;
    const { group, chunks, rows } = readHeader(tail.views);
    visit({ identities: identitiesOf(tail.views, tail.length), rows, lend: () => tail });
    if (chunks === 0) return;
    const listed = this.#bytes.directory(group)!;
    for (const { chunk, rows } of readDirectory(listed.views, listed.length).chunks) {
      const identities = this.#environment.names.getBinary(chunkKey(group, chunk))!;
      visit({ identities, rows, lend: () => this.#bytes.chunk(group, chunk)! });
    }
  }
}

/** The keys (entity NUL event) whose hash it is: nearly always one. */
export function namesOfGroup({ groups }: OnlineEnvironment, hash: number): string[] {
  const bytes = groups.getBinary(numberKey(hash));
  return bytes === undefined ? [] : bytes.toString("utf8").split("\n");
}
