// Numbers of varying length and texts in bytes: seven bits of a number in each byte, the last with its top bit clear.

import type { TextPool } from "./online-text-pool.ts";

/** Bytes that grow; `bytes()` is a view that the next `begin` spoils. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(4096);
  #length = 0;

  begin(): this {
    this.#length = 0;
    return this;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  /** A safe integer from 0. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.#length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.#length++] = rest;
  }

  put(more: Uint8Array): void {
    this.#reserve(more.length);
    this.#bytes.set(more, this.#length);
    this.#length += more.length;
  }

  text(text: string): void {
    const bytes = Buffer.from(text);
    this.varint(bytes.length);
    this.put(bytes);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow((this.#length + more) * 2);
    grown.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = grown;
  }
}

export class ByteReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  varint(): number {
    let byte = this.#bytes[this.#at++]!;
    if (byte < 128) return byte;
    let [value, scale] = [byte - 128, 128];
    for (;;) {
      byte = this.#bytes[this.#at++]!;
      if (byte < 128) return value + byte * scale;
      value += (byte - 128) * scale;
      scale *= 128;
    }
  }

  skip(count: number): void {
    this.#at += count;
  }

  /** A view of the next bytes. */
  take(count: number): Uint8Array {
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  takeInto(count: number, into: Uint8Array, to: number): void {
    for (let i = 0; i < count; i++) into[to + i] = this.#bytes[this.#at + i]!;
    this.#at += count;
  }

  text(): string {
    const bytes = this.take(this.varint());
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  }

  pooled(pool: TextPool): string {
    const length = this.varint();
    this.#at += length;
    return pool.text(this.#bytes, this.#at - length, this.#at);
  }

  /** How many of the next `count` bytes are those of `other` from `from` on, until the first that is not. */
  agreement(count: number, other: Uint8Array, from: number): number {
    const most = Math.min(count, other.length - from);
    let same = 0;
    while (same < most && this.#bytes[this.#at + same] === other[from + same]) same++;
    return same;
  }
}
