// What several settings of `assay.config.ts` are made of.

import { z } from "zod";
import { parseInstant } from "../base/index.ts";

export const instantText = z
  .string()
  .refine((text) => parseInstant(text) !== undefined, "is no instant with an offset");
export const share = z.number().gt(0).lt(1);
export const count = z.int().nonnegative();
export const positive = z.number().positive();
