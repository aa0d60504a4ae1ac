// Shapes that several doors share.

import { z } from "zod";
import { missingKinds } from "../../base/index.ts";

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are exactly what must not be there.
const CONTROL_FREE = /^\S(?:[^\u0000-\u001f\u007f]*\S)?$/;

/** An opaque id, as history takes them. */
export const token = z.string().min(1).max(200).regex(CONTROL_FREE);
export const hash = z.string().regex(/^[0-9a-f]{64}$/);
/** ISO 8601 in UTC, to the microsecond. */
export const instantText = z.string();

export const recordedValue = z
  .union([z.number(), z.object({ missing: z.enum(missingKinds) })])
  .meta({ description: "A number, or the kind of nothing it is" });

const LIMIT_DEFAULT = 50;

/** A query holds text only, so numbers are read from it here. */
export const limit = z
  .string()
  .regex(/^(?:[1-9]\d{0,2}|1000)$/)
  .optional()
  .meta({ description: `1 to 1000, ${LIMIT_DEFAULT} by default` });

/** `?limit&after`. */
export const page = z.strictObject({
  limit,
  after: token.optional().meta({ description: "The `next` of the page before" }),
});

export function limitOf({ limit }: Pick<z.output<typeof page>, "limit">): number {
  return limit === undefined ? LIMIT_DEFAULT : Number(limit);
}

export const note = z.string().min(1).max(1000);
