// The bytes of what is held under one id, version 1: version (u8) · revisions (u16) · per revision its content hash
// (16 bytes) and knownAt (f64) · entity NUL event in UTF-8.

import { AssayError } from "../base/index.ts";
import { problems } from "./errors.ts";
import type { HeldEvent } from "./revision.ts";

const VERSION = 1;
const HEADER_BYTES = 3;
const REVISION_BYTES = 24;

export function encodeHeld(held: HeldEvent): Buffer {
  const name = Buffer.from(`${held.entity}\u0000${held.event}`);
  const bytes = Buffer.allocUnsafe(HEADER_BYTES + held.revisions.length * REVISION_BYTES + name.length);
  bytes.writeUInt8(VERSION, 0);
  bytes.writeUInt16LE(held.revisions.length, 1);
  let at = HEADER_BYTES;
  for (const { content, knownAt } of held.revisions) {
    bytes.write(content, at, "latin1");
    bytes.writeDoubleLE(knownAt, at + 16);
    at += REVISION_BYTES;
  }
  bytes.set(name, at);
  return bytes;
}

export function decodeHeld(bytes: Buffer): HeldEvent {
  if (bytes[0] !== VERSION) {
    throw new AssayError(problems.UNKNOWN_VERSION("online store", { format: "held ids", version: String(bytes[0]) }));
  }
  const revisions = Array.from({ length: bytes.readUInt16LE(1) }, (_, i) => {
    const at = HEADER_BYTES + i * REVISION_BYTES;
    return { content: bytes.toString("latin1", at, at + 16), knownAt: bytes.readDoubleLE(at + 16) };
  });
  // The store lends a buffer that is longer than its `length` says, so the end is given.
  const [entity, event] = bytes
    .toString("utf8", HEADER_BYTES + revisions.length * REVISION_BYTES, bytes.length)
    .split("\u0000");
  return { entity: entity!, event: event!, revisions };
}
