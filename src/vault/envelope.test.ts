import { createSecretKey, randomBytes } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import { openBytes, sealBytes } from "./envelope.ts";

const key = createSecretKey(randomBytes(32));

it("opens what it sealed, for the same owner and key only", () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.string(), (bytes, owner) => {
      const sealed = sealBytes(key, owner, bytes);
      expect(sealed.length).toBe(29 + bytes.length);
      expect(openBytes(key, owner, sealed)?.equals(bytes)).toBe(true);
      expect(openBytes(key, `${owner}x`, sealed)).toBeUndefined();
      expect(openBytes(createSecretKey(randomBytes(32)), owner, sealed)).toBeUndefined();
    }),
  );
});

it("opens nothing that was changed by one bit or cut off", () => {
  const sealed = sealBytes(key, "b-1", Buffer.from("twelve bytes"));
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed);
    changed[bit >> 3]! ^= 1 << (bit & 7);
    expect(openBytes(key, "b-1", changed)).toBeUndefined();
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(openBytes(key, "b-1", sealed.subarray(0, length))).toBeUndefined();
  }
});

it("still opens version 1", () => {
  const fixedKey = createSecretKey(Buffer.alloc(32, 7));
  const sealed = Buffer.from(GOLDEN, "hex");
  expect(openBytes(fixedKey, "borrower-1", sealed)?.toString()).toBe("what was sealed in version 1");
});

const GOLDEN =
  "0153d0f17f3236e61012e35a440b1e5c7ecb2263ee911647eb19aa9c26a37a6a90b600faf2b37b08bae72ea76091b54d1d0c7df02693f795c5";
