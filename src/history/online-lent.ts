// Rows of one (entity, event type) that stay packed until a walk needs their block. The tail is unpacked at once; chunks are
// known by what is told of them, and looked up only where a walk reads their rows. Good only as long as the state that was
// read stands open and nothing else is read: for a kernel that runs at once.

import type { EventBlocks, EventColumns } from "../compile/index.ts";
import { ToldView } from "./online-blocks.ts";
import type { Views } from "./online-column.ts";
import { ColumnsDraft, type HistoryBytes, type LayoutPlan, type Lent, type ReadPlan } from "./online-draft.ts";
import { readHeader, type ValueHeader } from "./online-value.ts";

/** `undefined` where the group's chunks are not told. */
export function lentColumns(
  bytes: HistoryBytes,
  plan: ReadPlan,
  tailViews: Views,
  tail: ValueHeader,
): EventColumns | undefined {
  const lent = bytes.blocks(tail.group);
  return lent === undefined ? undefined : new LentColumns(bytes, plan, keptView(bytes, lent), tailViews, tail);
}

/** A copy, with room behind it for the bounds of the tail. */
function keptView(bytes: HistoryBytes, { views, length }: Lent): ToldView {
  const { views: kept, from } = bytes.space.bytes(length + 8 * 4);
  kept.bytes.set(views.bytes.subarray(0, length), from);
  return new ToldView(kept, from);
}

const NOTHING_TOLD = new Float64Array(0);

/** Whoever reads its columns has all rows unpacked; walks over blocks go by `blocks`. Hot path. */
class LentColumns implements EventColumns, EventBlocks {
  readonly length: number;
  /** Told block by block. */
  readonly prefixVisible = false;
  largest: EventColumns["largest"] = undefined;
  readonly count: number;
  readonly bounds: Float64Array;
  readonly rows: EventColumns;
  readonly #bytes: HistoryBytes;
  readonly #plan: ReadPlan;
  readonly #view: ToldView;
  readonly #draft: ColumnsDraft;
  readonly #group: number;
  /** Chunks from here on have the codes of the tail. */
  readonly #sameCodesFrom: number;
  readonly #unpacked: Uint8Array;

  constructor(bytes: HistoryBytes, plan: ReadPlan, view: ToldView, tailViews: Views, tail: ValueHeader) {
    this.#bytes = bytes;
    this.#plan = plan;
    this.#view = view;
    this.#group = tail.group;
    this.#sameCodesFrom = sameCodesFrom(view, tail);
    this.count = view.blocks + 1;
    const at = view.boundsAt();
    this.bounds = view.doubles.subarray(at, at + 4 * this.count + 1);
    const tailRow = this.bounds[4 * view.blocks]!;
    this.length = tailRow + tail.rows;
    this.#unpacked = new Uint8Array(view.blocks);
    this.#draft = new ColumnsDraft(plan.wanted, this.length, bytes.space);
    if (tail.revised || view.revised) this.#draft.expectRevisions();
    this.#draft.put(tailRow, tailViews, tail, plan.layout(tail.layoutId)!, {
      skip: 0,
      take: tail.rows,
      sameCodes: false,
    });
    this.rows = this.#draft.columns(false);
    this.#boundTail(tailRow, tail.revised);
  }

  get blocks(): EventBlocks {
    return this;
  }

  #boundTail(tailRow: number, revised: boolean): void {
    const { at, knownAt } = this.rows;
    let shown = revised ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    if (!revised) for (let row = tailRow; row < this.length; row++) if (knownAt[row]! > shown) shown = knownAt[row]!;
    const place = 4 * this.#view.blocks;
    this.bounds[place + 1] = at[tailRow]!;
    this.bounds[place + 2] = at[this.length - 1]!;
    this.bounds[place + 3] = shown;
    this.bounds[place + 4] = this.length;
  }

  need(block: number): void {
    if (block < this.#view.blocks && this.#unpacked[block] === 0) this.#unpack(block);
  }

  #unpack(block: number): void {
    this.#unpacked[block] = 1;
    const view = this.#view;
    const chunk = view.chunkOf(block);
    const row = this.bounds[4 * block]!;
    const part = {
      skip: row - this.bounds[4 * view.firstBlock(chunk)]!,
      take: this.bounds[4 * block + 4]! - row,
      sameCodes: chunk >= this.#sameCodesFrom,
    };
    const layout = this.#layoutOf(chunk);
    const { views } = this.#bytes.chunk(this.#group, view.chunk(chunk))!;
    this.#draft.put(row, views, readHeader(views), layout, part);
  }

  #layoutOf(chunk: number): LayoutPlan {
    const id = this.#view.layoutId(chunk);
    const known = this.#plan.layout(id);
    if (known !== undefined) return known;
    this.#plan.learn();
    return this.#plan.layout(id)!;
  }

  told(hash: string): Float64Array {
    const layout = this.#plan.told(hash);
    const from = layout === undefined ? -1 : this.#view.numbersAt(layout.number);
    if (layout === undefined || from < 0) return NOTHING_TOLD;
    const { doubles, blocks } = this.#view;
    const { width, untold } = layout;
    const strangers = this.#view.firstBlock(this.#sameCodesFrom);
    for (let block = 0; block < strangers; block++) {
      for (const place of untold) doubles[from + block * width + place] = 1;
    }
    return doubles.subarray(from, from + blocks * width);
  }

  #all(): EventColumns {
    for (let block = 0; block < this.#view.blocks; block++) this.need(block);
    return this.rows;
  }

  get at() {
    return this.#all().at;
  }

  get knownAt() {
    return this.#all().knownAt;
  }

  get supersededAt() {
    return this.#all().supersededAt;
  }

  get retracted() {
    return this.#all().retracted;
  }

  get fields() {
    return this.#all().fields;
  }

  get dictionaries() {
    return this.#all().dictionaries;
  }
}

function sameCodesFrom(view: ToldView, tail: ValueHeader): number {
  const last = view.chunks - 1;
  return view.handsOn(last) && view.layoutId(last) === tail.layoutId ? view.firstChained : view.chunks;
}
