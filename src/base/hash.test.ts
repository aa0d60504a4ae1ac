import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { hashBytes, hashJson, hashPrefix, hashText, sha256Bytes } from "./index.ts";

test("agrees with OpenSSL on any bytes and any text", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const theirs = createHash("sha256").update(bytes);
      expect(hashBytes(bytes)).toBe(theirs.copy().digest("hex"));
      expect(Buffer.from(sha256Bytes(bytes))).toEqual(theirs.digest());
    }),
  );
  fc.assert(
    fc.property(
      fc.string({ unit: "grapheme" }),
      (text) => hashText(text) === createHash("sha256").update(text).digest("hex"),
    ),
  );
});

test("a document's hash is that of its canonical text and never changes", () => {
  expect(hashJson({ b: 1, a: [true, null] })).toBe(hashText('{"a":[true,null],"b":1}'));
  expect(hashJson({})).toBe("44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
});

test("a prefix is the leading bits of the digest, and a longer one refines a shorter one", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), fc.integer({ min: 0, max: 32 }), (id, bits) => {
      const digest = BigInt(`0x${createHash("sha256").update(id).digest("hex")}`);
      expect(BigInt(hashPrefix(id, bits))).toBe(digest >> BigInt(256 - bits));
    }),
  );
});
