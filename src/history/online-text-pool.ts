// Texts that a reader has met, by their bytes: the same few (merchants, references) come in history after history, and
// making a string of bytes costs ten times as much as finding it. Bounded: a full pool begins anew.

const TEXTS = 1 << 16;
const SLOTS = TEXTS * 2;
/** Longer texts are made anew: they seldom come twice. */
const LONGEST = 64;

export class TextPool {
  #slots = new Int32Array(SLOTS);
  #hashes = new Int32Array(TEXTS + 1);
  #ends = new Int32Array(TEXTS + 1);
  #bytes = new Uint8Array(1 << 20);
  #texts: string[] = [""];

  /** The text of bytes `[from, to)` in UTF-8. Hot path. */
  text(bytes: Uint8Array, from: number, to: number): string {
    if (to - from > LONGEST) return decoded(bytes, from, to);
    let hash = to - from;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
    hash ^= hash >>> 15;
    let slot = hash & (SLOTS - 1);
    for (let place = this.#slots[slot]!; place !== 0; place = this.#slots[slot]!) {
      if (this.#hashes[place] === hash && this.#same(place, bytes, from, to)) return this.#texts[place]!;
      slot = (slot + 1) & (SLOTS - 1);
    }
    return this.#add(slot, hash, bytes, from, to);
  }

  #same(place: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.#ends[place - 1]!;
    if (this.#ends[place]! - start !== to - from) return false;
    for (let i = from; i < to; i++) if (this.#bytes[start + i - from] !== bytes[i]) return false;
    return true;
  }

  #add(slot: number, hash: number, bytes: Uint8Array, from: number, to: number): string {
    const text = decoded(bytes, from, to);
    const place = this.#texts.length;
    const start = this.#ends[place - 1]!;
    if (place > TEXTS || start + to - from > this.#bytes.length) {
      this.#slots.fill(0);
      this.#texts = [""];
      return text;
    }
    this.#bytes.set(bytes.subarray(from, to), start);
    this.#ends[place] = start + to - from;
    this.#hashes[place] = hash;
    this.#slots[slot] = place;
    this.#texts.push(text);
    return text;
  }
}

function decoded(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString("utf8");
}
