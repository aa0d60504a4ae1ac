// What a resumable story has done: a step and the hash of its inputs lead to its outcome. Whoever asks again with the
// same inputs gets the outcome instead of the work.

import { canonicalJson, type Hash, type Json } from "../base/index.ts";
import type { RegistryDatabase } from "./registry-tables.ts";

export interface Steps {
  /** The outcome of a finished step, or `undefined` where it was never finished with these inputs. */
  recall(step: string, inputsHash: Hash): Promise<Json | undefined>;
  /** Keeps the outcome of a step; the latest one counts. */
  remember(step: string, inputsHash: Hash, outcome: unknown): Promise<void>;
}

export function stepsOver(db: RegistryDatabase): Steps {
  return {
    async recall(step, inputsHash) {
      const row = await db
        .selectFrom("registry.step")
        .select("outcome")
        .where("step", "=", step)
        .where("inputs", "=", inputsHash)
        .executeTakeFirst();
      return row === undefined ? undefined : JSON.parse(row.outcome);
    },
    async remember(step, inputsHash, outcome) {
      const text = canonicalJson(outcome);
      await db
        .insertInto("registry.step")
        .values({ step, inputs: inputsHash, outcome: text })
        .onConflict((conflict) => conflict.columns(["step", "inputs"]).doUpdateSet({ outcome: text }))
        .execute();
    },
  };
}
