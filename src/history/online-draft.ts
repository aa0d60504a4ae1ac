// Columns that are being filled from the bytes of stretches, and where bytes and columns come from. Where the bytes lie is a
// port: whoever can look up a key can be read, and all are decoded here.

import type { EventColumns } from "../compile/index.ts";
import { type Views, viewsOf } from "./online-column.ts";
import { readTexts } from "./online-texts.ts";
import { type RowTarget, readHeader, readRows, textsOf, type ValueHeader, type ValueLayout } from "./online-value.ts";

/** Bytes that are lent until the next look-up. */
export interface Lent {
  readonly views: Views;
  readonly length: number;
}

export interface HistoryBytes {
  readonly space: ColumnSpace;
  tail(entity: string, event: string): Lent | undefined;
  directory(group: number): Lent | undefined;
  /** What is told of all chunks (online-blocks.ts); `undefined` where nothing is. */
  blocks(group: number): Lent | undefined;
  chunk(group: number, chunk: number): Lent | undefined;
}

/** How values of one layout give the fields wanted; -1 for a field that is not. */
export interface LayoutPlan {
  /** Where each field of the layout goes; `undefined` where all go to their own place. */
  readonly places: readonly number[] | undefined;
  /** Where each text field goes. */
  readonly textPlaces: readonly number[];
  /** Wanted and not in the layout. */
  readonly absent: readonly number[];
}

/** Where columns are put. */
export interface ColumnSpace {
  /** Byte `from` of `buffer` is a multiple of 8. */
  numbers(count: number): { readonly buffer: ArrayBuffer; readonly from: number };
  bytes(count: number): { readonly views: Views; readonly from: number };
}

/** Space that is the reader's for good. */
export const ownSpace: ColumnSpace = {
  numbers: (count) => ({ buffer: new ArrayBuffer(8 * count), from: 0 }),
  bytes: (count) => ({ views: viewsOf(new ArrayBuffer((count + 7) & -8)), from: 0 }),
};

/**
 * Space that is used again: what was read is lent until `reuse`. An array buffer for each history would cost more than
 * what is read into it.
 */
export class LentSpace implements ColumnSpace {
  #buffer = new ArrayBuffer(1 << 16);
  #views = viewsOf(this.#buffer);
  #used = 0;

  reuse(): void {
    this.#used = 0;
  }

  numbers(count: number) {
    const bytes = 8 * count;
    if (this.#used + bytes > this.#buffer.byteLength) {
      this.#buffer = new ArrayBuffer(2 * (this.#used + bytes));
      this.#views = viewsOf(this.#buffer);
      this.#used = 0;
    }
    this.#used += bytes;
    return { buffer: this.#buffer, from: this.#used - bytes };
  }

  bytes(count: number) {
    const { from } = this.numbers((count + 7) >>> 3);
    return { views: this.#views, from };
  }
}

/** What a reader knows of a layout of blocks: its number in the store, and as `BlockTeller` tells. */
export interface ToldLayout {
  readonly number: number;
  readonly width: number;
  readonly untold: readonly number[];
}

export interface ReadPlan {
  readonly wanted: ValueLayout;
  /** `undefined` for a layout that the writer has added since they were learnt. */
  layout(layoutId: number): LayoutPlan | undefined;
  /** The layout of blocks of that hash; `undefined` for one that the store does not keep. */
  told(hash: string): ToldLayout | undefined;
  /** Learns the layouts again; a look-up, so nothing stays lent. */
  learn(): void;
}

export function layoutPlan(layout: ValueLayout, wanted: ValueLayout): LayoutPlan {
  const places = layout.fields.map(({ name }) => wanted.fields.findIndex((field) => field.name === name));
  const absent = [...wanted.fields.keys()].filter((place) => !places.includes(place));
  const same = absent.length === 0 && places.every((place, i) => place === i);
  const textPlaces = places.filter((_, i) => layout.fields[i]!.text);
  return { places: same ? undefined : places, textPlaces, absent };
}

// What most histories share, read-only: nothing revised, nothing retracted.
let unrevised = { superseded: new Float64Array(0), retracted: new Uint8Array(0) };

function unrevisedRows(length: number) {
  if (length > unrevised.superseded.length) {
    const superseded = new Float64Array(2 * length).fill(Number.POSITIVE_INFINITY);
    unrevised = { superseded, retracted: new Uint8Array(2 * length) };
  }
  const { superseded, retracted } = unrevised;
  return { supersededAt: superseded.subarray(0, length), retracted: retracted.subarray(0, length) };
}

/** Texts of the pool are the same object wherever they come: nothing is compared letter by letter. */
function beginsWith(list: readonly string[], first: readonly string[]): boolean {
  if (list.length < first.length) return false;
  for (let i = 0; i < first.length; i++) if (list[i] !== first[i]) return false;
  return true;
}

function codesOf(list: readonly string[]): Map<string, number> {
  return new Map(list.map((text, code) => [text, code]));
}

/** Which rows of a stretch. */
interface Part {
  readonly skip: number;
  readonly take: number;
  /** The codes of its texts are known to be those of the columns. */
  readonly sameCodes: boolean;
}

/** Columns that are being filled, stretch by stretch. */
export class ColumnsDraft {
  readonly #wanted: ValueLayout;
  readonly #rows: number;
  readonly #target: { -readonly [K in keyof RowTarget]: RowTarget[K] };
  /** By field, and the codes of its texts once a second stretch tells some. */
  readonly #lists: string[][] = [];
  readonly #codes: Map<string, number>[] = [];
  #read = 0;
  #prefixVisible = true;
  #revised = false;

  constructor(wanted: ValueLayout, rows: number, space: ColumnSpace) {
    this.#wanted = wanted;
    this.#rows = rows;
    const { length } = wanted.fields;
    const { buffer, from } = space.numbers(rows * (2 + length));
    const fields: Float64Array[] = [];
    for (let i = 0; i < length; i++) fields.push(new Float64Array(buffer, from + 8 * rows * (2 + i), rows));
    this.#target = {
      at: new Float64Array(buffer, from, rows),
      knownAt: new Float64Array(buffer, from + 8 * rows, rows),
      ...unrevisedRows(rows),
      fields,
    };
  }

  /** The stretch behind those added before. */
  add(views: Views, header: ValueHeader, plan: LayoutPlan): void {
    this.#addRows(views, header, plan, { row: this.#read, skip: 0, take: header.rows });
    this.#prefixVisible &&= header.prefixVisible && this.#follows();
    this.#addTexts(views, plan, this.#read, header.rows);
    this.#read += header.rows;
  }

  /** Some rows of a stretch, wherever they belong. */
  put(row: number, views: Views, header: ValueHeader, plan: LayoutPlan, { skip, take, sameCodes }: Part): void {
    this.#addRows(views, header, plan, { row, skip, take });
    if (sameCodes) return;
    for (const [place, list] of this.#lists.entries()) this.#codes[place] ??= codesOf(list ?? []);
    this.#addTexts(views, plan, row, take);
  }

  /** Declares that some stretch will tell of revisions, before anyone sees the columns. */
  expectRevisions(): void {
    if (!this.#revised) this.#ownRevisions();
  }

  #addRows(
    views: Views,
    header: ValueHeader,
    plan: LayoutPlan,
    { row, skip, take }: { readonly row: number; readonly skip: number; readonly take: number },
  ): void {
    if (header.revised) this.expectRevisions();
    const target = this.#target;
    const placed = plan.places === undefined ? target : { ...target, fields: this.#placed(plan, row, take) };
    readRows(views, header, placed, row, skip, take);
  }

  #follows(): boolean {
    const { knownAt } = this.#target;
    return this.#read === 0 || knownAt[this.#read - 1]! <= knownAt[this.#read]!;
  }

  #ownRevisions(): void {
    this.#revised = true;
    this.#target.supersededAt = new Float64Array(this.#rows).fill(Number.POSITIVE_INFINITY);
    this.#target.retracted = new Uint8Array(this.#rows);
  }

  /** Where the fields of another layout go; those it lacks are missing in its rows. */
  #placed({ places, absent }: LayoutPlan, row: number, rows: number): Float64Array[] {
    const { fields } = this.#target;
    for (const place of absent) fields[place]!.fill(Number.NaN, row, row + rows);
    return places!.map((place) => fields[place] ?? new Float64Array(this.#rows));
  }

  #addTexts(views: Views, { textPlaces }: LayoutPlan, row: number, rows: number): void {
    if (textPlaces.length === 0) return;
    const lists = readTexts(textsOf(views), textPlaces.length);
    for (let i = 0; i < lists.length; i++) {
      const place = textPlaces[i]!;
      if (place < 0) continue;
      if (this.#lists[place] === undefined) this.#lists[place] = lists[i]!;
      else this.#shareCodes(place, lists[i]!, row, rows);
    }
  }

  /** Codes in the order in which all rows together first name their texts. */
  #shareCodes(place: number, list: string[], from: number, rows: number): void {
    const shared = this.#lists[place]!;
    if (this.#codes[place] === undefined && beginsWith(list, shared)) {
      this.#lists[place] = list;
      return;
    }
    this.#codes[place] ??= codesOf(shared);
    const codes = this.#codes[place];
    const own = new Float64Array(list.length);
    for (let i = 0; i < list.length; i++) {
      const code = codes.get(list[i]!);
      own[i] = code ?? shared.length;
      if (code === undefined) codes.set(list[i]!, shared.push(list[i]!) - 1);
    }
    const column = this.#target.fields[place]!;
    for (let row = from; row < from + rows; row++) {
      const code = column[row]!;
      if (!Number.isNaN(code)) column[row] = own[code]!;
    }
  }

  columns(earlier: boolean): EventColumns {
    const { at, knownAt, supersededAt, retracted } = this.#target;
    const fields: Record<string, Float64Array> = {};
    const named: Record<string, readonly string[]> = {};
    for (let i = 0; i < this.#wanted.fields.length; i++) {
      const { name, text } = this.#wanted.fields[i]!;
      fields[name] = this.#target.fields[i]!;
      if (text) named[name] = this.#lists[i] ??= [];
    }
    const [length, prefixVisible] = [this.#rows, this.#prefixVisible];
    const shown = { length, at, knownAt, supersededAt, retracted, prefixVisible };
    const columns = { ...shown, fields, largest: undefined, dictionaries: named };
    return earlier ? { ...columns, earlier } : columns;
  }
}

/** The rows of one stretch, for good. */
export function columnsOfStretch(views: Views, wanted: ValueLayout, layout: LayoutPlan): EventColumns {
  const header = readHeader(views);
  const draft = new ColumnsDraft(wanted, header.rows, ownSpace);
  draft.add(views, header, layout);
  return draft.columns(false);
}
