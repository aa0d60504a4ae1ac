// Whether the challenger still fits where it must be loaded: the bytes of all objects that it names.

import type { Answer, Declared } from "./gate.ts";

export function size(bytes: number, { mostBytes }: Declared<"size">): Answer {
  const sentence = `its objects have ${bytes.toLocaleString("en-US")} bytes; ${mostBytes.toLocaleString("en-US")} are allowed`;
  return { verdict: bytes <= mostBytes ? "pass" : "fail", sentence, measured: { bytes } };
}
