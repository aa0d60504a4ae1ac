import { z } from "zod";

/** RFC 9457, with what every problem of Assay says. */
export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string().meta({ description: "Stable: programs match on it" }),
  thing: z.string(),
  rule: z.string(),
  wayOut: z.string(),
  nearest: z.string().optional(),
  place: z.object({ file: z.string(), line: z.int() }).optional(),
});
