import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import { canonicalJson } from "./canonical-json.ts";

/** Lower-case hexadecimal SHA-256, 64 characters. */
export type Hash = string;

export function sha256Bytes(bytes: Uint8Array): Uint8Array {
  return sha256(bytes);
}

export function hashBytes(bytes: Uint8Array): Hash {
  return bytesToHex(sha256(bytes));
}

export function hashText(text: string): Hash {
  return hashBytes(utf8ToBytes(text));
}

/** SHA-256 over the canonical JSON of plain data: the identity of every document (contract 8). */
export function hashJson(value: unknown): Hash {
  return hashText(canonicalJson(value));
}

/** The leading `bits` (at most 32) of SHA-256 of a UTF-8 id: which bucket an entity lives in, which split a row falls in. */
export function hashPrefix(id: string, bits: number): number {
  const digest = sha256(utf8ToBytes(id));
  const word = ((digest[0]! << 24) | (digest[1]! << 16) | (digest[2]! << 8) | digest[3]!) >>> 0;
  return bits === 0 ? 0 : word >>> (32 - bits);
}
