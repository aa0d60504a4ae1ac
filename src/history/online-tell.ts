// Telling the chunks of a group as they are written (see online-blocks.ts): each in the layouts of blocks that the store was
// asked to keep. Chunks that stand as they did keep what was told of them; the others are read back and told.

import { type BlockLayout, type BlockTeller, compileTeller, type EventColumns, shownFrom } from "../compile/index.ts";
import { type ToldBlock, type ToldChunk, type ToldNumbers, ToldView, writeToldBlocks } from "./online-blocks.ts";
import { type Views, viewsOf } from "./online-column.ts";
import { type ChunkEntry, readDirectory } from "./online-directory.ts";
import { columnsOfStretch, type Lent, layoutPlan } from "./online-draft.ts";
import { blocksKey } from "./online-environment.ts";
import type { GroupPlaces } from "./online-group.ts";
import { handsOn } from "./online-rows.ts";
import { readTexts } from "./online-texts.ts";
import { readHeader, textsOf, type ValueLayout } from "./online-value.ts";

/** About how many rows a block has: few enough that the rows at a window's edge cost little, enough that telling pays. */
const BLOCK_ROWS = 64;

/** A layout of blocks that the store keeps, and its number. */
export interface KeptLayout {
  readonly number: number;
  readonly teller: BlockTeller;
}

/** As `meta` lists them; their place is their number. */
export type BlockLayouts = readonly { readonly hash: string; readonly layout: BlockLayout }[];

/** By event; those that read fields which the store no longer holds are left out. */
export function keptLayouts(
  layouts: BlockLayouts,
  current: (event: string) => ValueLayout | undefined,
): ReadonlyMap<string, readonly KeptLayout[]> {
  const kept = layouts.flatMap(({ layout }, number) => {
    const teller = compileTeller(layout);
    const held = new Set(current(layout.event)?.fields.map(({ name }) => name));
    return teller.fields.every((field) => held.has(field)) && current(layout.event) !== undefined
      ? [{ number, teller }]
      : [];
  });
  return Map.groupBy(kept, ({ teller }) => teller.event);
}

interface Chunk {
  readonly told: ToldChunk;
  /** By the place of the layout among those kept. */
  readonly numbers: readonly Float64Array[];
}

interface KnownChunk extends Chunk {
  readonly previous: number | undefined;
}

/** Writes what is told of a group's chunks; `changed` are those written in this transaction, which is open. */
export function tellChunks(
  places: GroupPlaces,
  { group, event }: { readonly group: number; readonly event: string },
  entries: readonly ChunkEntry[],
  changed: ReadonlySet<number>,
): void {
  const kept = places.blockLayouts(event);
  if (kept.length === 0) return;
  const before = toldBefore(places, group, kept);
  const chunks = entries.map(({ chunk }, i): Chunk => {
    const previous = entries[i - 1]?.chunk;
    const known = changed.has(chunk) ? undefined : before.get(chunk);
    const { told, numbers } = known ?? tellChunk(places, group, event, chunk, kept);
    const stands =
      known !== undefined && known.previous === previous && !(previous !== undefined && changed.has(previous));
    const chained = stands ? told.chained : isChained(places, group, previous, chunk);
    return { told: { ...told, chained }, numbers };
  });
  const told = kept.map(({ number, teller: { width } }, i): ToldNumbers => {
    return { layout: number, width, numbers: joined(chunks.map(({ numbers }) => numbers[i]!)) };
  });
  const value = writeToldBlocks(
    chunks.map((chunk) => chunk.told),
    told,
  );
  places.environment.chunks.putSync(blocksKey(group), value);
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** What stands told of each chunk, where it is told in all layouts kept. */
function toldBefore(places: GroupPlaces, group: number, kept: readonly KeptLayout[]): Map<number, KnownChunk> {
  const lent = places.bytes.blocks(group);
  if (lent === undefined) return new Map();
  const view = new ToldView(copied(lent), 0);
  const starts = kept.map(({ number }) => view.numbersAt(number));
  if (starts.includes(-1)) return new Map();
  const chunks = Array.from({ length: view.chunks }, (_, i): [number, KnownChunk] => {
    const [from, to] = [view.firstBlock(i), view.firstBlock(i + 1)];
    const blocks = Array.from({ length: to - from }, (_, block) => boundsOf(view, from + block));
    const told = {
      chunk: view.chunk(i),
      layoutId: view.layoutId(i),
      chained: view.chained(i),
      handsOn: view.handsOn(i),
      blocks,
    };
    const numbers = kept.map(({ teller: { width } }, place) =>
      view.doubles.slice(starts[place]! + width * from, starts[place]! + width * to),
    );
    return [told.chunk, { told, numbers, previous: i === 0 ? undefined : view.chunk(i - 1) }];
  });
  return new Map(chunks);
}

function copied({ views, length }: Lent): Views {
  const own = viewsOf(new ArrayBuffer((length + 7) & -8));
  own.bytes.set(views.bytes.subarray(0, length));
  return own;
}

function boundsOf(view: ToldView, block: number): ToldBlock {
  const at = view.boundsAt() + 4 * block;
  const [first, leastAt, greatestAt, shown, next] = view.doubles.subarray(at, at + 5);
  return { rows: next! - first!, leastAt: leastAt!, greatestAt: greatestAt!, shownFrom: shown! };
}

function tellChunk(
  places: GroupPlaces,
  group: number,
  event: string,
  chunk: number,
  kept: readonly KeptLayout[],
): Chunk {
  const { views } = places.bytes.chunk(group, chunk)!;
  const { layoutId, rows } = readHeader(views);
  const layout = places.layout(layoutId);
  const { layout: wanted } = places.current(event);
  const columns = columnsOfStretch(views, wanted, layoutPlan(layout, wanted));
  const pieces = Math.max(1, Math.round(rows / BLOCK_ROWS));
  const starts = Array.from({ length: pieces + 1 }, (_, piece) => Math.floor((rows * piece) / pieces));
  const blocks = starts.slice(1).map((to, piece) => toldBlock(columns, starts[piece]!, to));
  const told = { chunk, layoutId, chained: false, handsOn: handsOn(views, layout), blocks };
  return { told, numbers: kept.map(({ teller }) => numbersOf(teller, columns, starts, blocks)) };
}

function numbersOf(
  teller: BlockTeller,
  columns: EventColumns,
  starts: readonly number[],
  blocks: readonly ToldBlock[],
) {
  const numbers = new Float64Array(blocks.length * teller.width);
  for (const [i, { shownFrom: shown }] of blocks.entries()) {
    if (shown !== Number.POSITIVE_INFINITY) teller.tell(columns, starts[i]!, starts[i + 1]!, numbers, i * teller.width);
  }
  return numbers;
}

function toldBlock(columns: EventColumns, from: number, to: number): ToldBlock {
  const { at } = columns;
  return { rows: to - from, leastAt: at[from]!, greatestAt: at[to - 1]!, shownFrom: shownFrom(columns, from, to) };
}

/** Whether each list of texts begins with all of the chunk's before. */
function isChained(places: GroupPlaces, group: number, previous: number | undefined, chunk: number): boolean {
  if (previous === undefined) return false;
  const [before, after] = [textLists(places, group, previous), textLists(places, group, chunk)];
  if (before.layoutId !== after.layoutId) return false;
  return before.lists.every((list, i) => list.every((text, code) => after.lists[i]![code] === text));
}

function textLists(places: GroupPlaces, group: number, chunk: number) {
  const { views } = places.bytes.chunk(group, chunk)!;
  const { layoutId } = readHeader(views);
  const fields = places.layout(layoutId).fields.filter(({ text }) => text).length;
  return { layoutId, lists: readTexts(textsOf(views), fields) };
}

/** Groups that one transaction tells. */
const TRANSACTION_GROUPS = 200;

/** Tells the chunks of every group of these events, giving way to others between transactions. */
export async function tellAll(
  places: GroupPlaces,
  events: ReadonlySet<string>,
  transact: (work: () => void) => void,
): Promise<void> {
  const { tails } = places.environment;
  let after = Buffer.alloc(1);
  for (;;) {
    const keys = [...tails.getKeys({ start: after, limit: TRANSACTION_GROUPS })].map((key) => Buffer.from(key));
    const rest = keys.filter((key) => !key.equals(after));
    if (rest.length === 0) return;
    transact(() => {
      for (const key of rest) tellGroup(places, events, key);
    });
    after = rest.at(-1)!;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function tellGroup(places: GroupPlaces, events: ReadonlySet<string>, key: Buffer): void {
  const event = key.toString().slice(key.toString().indexOf("\u0000") + 1);
  if (!events.has(event)) return;
  const { group, chunks } = readHeader(places.bytes.lent(places.environment.tails, key)!.views);
  if (chunks === 0) return;
  const listed = places.bytes.directory(group)!;
  tellChunks(places, { group, event }, readDirectory(listed.views, listed.length).chunks, new Set());
}
