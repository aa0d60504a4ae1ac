// The texts of a value: one list per text field, in the order in which the rows first name them; a row holds the place of
// its text in the list.
//
//   per text field: how many (varint) · bytes that follow (varint) · each text: bytes (varint), UTF-8

import { ByteReader, ByteWriter } from "./online-bytes.ts";
import { TextPool } from "./online-text-pool.ts";

/** One field's list as bytes, for the writer: nothing is decoded to find a text or to add one. */
interface TextList {
  count: number;
  bytes: Uint8Array;
  readonly added: Uint8Array[];
}

/** The lists of a value that is being added to. */
export class TextLists {
  readonly #lists: TextList[];

  constructor(bytes: Uint8Array, fields: number) {
    const reader = new ByteReader(bytes);
    this.#lists = Array.from({ length: fields }, () => {
      const count = reader.varint();
      return { count, bytes: reader.take(reader.varint()), added: [] };
    });
  }

  /** The code of a text; a new one is added. */
  code(field: number, text: string): number {
    const list = this.#lists[field]!;
    const sought = Buffer.from(text);
    const held = placeOf(list.bytes, sought);
    if (held >= 0) return held;
    const among = list.added.findIndex((added) => sought.equals(added));
    if (among >= 0) return list.count + among;
    return list.count + list.added.push(sought) - 1;
  }

  write(into: ByteWriter): Uint8Array {
    into.begin();
    for (const { count, bytes, added } of this.#lists) {
      into.varint(count + added.length);
      into.varint(added.reduce((total, { length }) => total + varintBytes(length) + length, bytes.length));
      into.put(bytes);
      for (const text of added) {
        into.varint(text.length);
        into.put(text);
      }
    }
    return into.bytes();
  }
}

function placeOf(list: Uint8Array, sought: Uint8Array): number {
  let place = 0;
  for (let at = 0; at < list.length; place++) {
    const reader = new ByteReader(list, at);
    const length = reader.varint();
    const from = at + varintBytes(length);
    if (length === sought.length && reader.agreement(length, sought, 0) === length) return place;
    at = from + length;
  }
  return -1;
}

/** Bytes that a number takes. */
export function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}

const list = new ByteWriter();

/** Lists of texts as bytes, written to `into`. */
export function writeTexts(lists: readonly (readonly string[])[], into: ByteWriter): Uint8Array {
  into.begin();
  for (const texts of lists) {
    list.begin();
    for (const text of texts) list.text(text);
    into.varint(texts.length);
    into.varint(list.bytes().length);
    into.put(list.bytes());
  }
  return into.bytes();
}

const pool = new TextPool();

/** The lists, one per text field. Hot path. */
export function readTexts(bytes: Uint8Array, fields: number): string[][] {
  const lists: string[][] = [];
  const reader = new ByteReader(bytes);
  for (let field = 0; field < fields; field++) {
    const list = new Array<string>(reader.varint());
    reader.varint();
    for (let i = 0; i < list.length; i++) list[i] = reader.pooled(pool);
    lists.push(list);
  }
  return lists;
}
