// What the demo measured about itself, read leniently: an older or newer story shows what it has.

import { z } from "zod";

const shape = z.object({
  seconds: z.number().optional(),
  events: z.number().optional(),
  borrowers: z.number().optional(),
  features: z.number().optional(),
  parity: z.object({ values: z.number(), differences: z.number() }).optional(),
  replay: z.object({ count: z.number(), differences: z.number() }).optional(),
  decisions: z
    .object({
      withoutReason: z.number().optional(),
      perSecond: z.number().optional(),
      p50Ms: z.number().optional(),
      p99Ms: z.number().optional(),
    })
    .optional(),
  releaseMs: z.number().optional(),
  rollbackMs: z.number().optional(),
  dropped: z.number().optional(),
});

export type StoryFacts = z.infer<typeof shape>;

export function storyFacts(story: unknown): StoryFacts {
  const read = shape.safeParse(story);
  return read.success ? read.data : {};
}
