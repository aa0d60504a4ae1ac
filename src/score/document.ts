// Reading untrusted JSON: bytes or data in, either the shape that was asked for or one problem that says where it differs.

import type { z } from "zod";
import type { Problem } from "../base/index.ts";
import { problems } from "./errors.ts";

export function parseJson(thing: string, bytes: Uint8Array): { readonly json: unknown } | Problem[] {
  try {
    return { json: JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes)) };
  } catch {
    return [problems.UNREADABLE(thing, { why: "it is not JSON in UTF-8" })];
  }
}

export function readShape<T>(thing: string, shape: z.ZodType<T>, json: unknown): { readonly value: T } | Problem[] {
  const result = shape.safeParse(json);
  if (result.success) return { value: result.data };
  const issue = result.error.issues[0]!;
  const place = issue.path.length === 0 ? "at its top" : `at ${issue.path.map(String).join(".")}`;
  return [problems.UNREADABLE(thing, { why: `${place}: ${issue.message}` })];
}
