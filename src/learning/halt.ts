// The kill switch: one row that every process sees. While it is there no loop begins or releases; pulling it also ends the loop
// that is open, at its next safe place. The champion serves on.

import { nowMicros } from "../storage/index.ts";
import type { BookDatabase } from "./book-tables.ts";
import { OPEN } from "./book-tables.ts";

/** Who pulled it, and why. */
export interface Halt {
  readonly person: string;
  readonly note: string;
  /** Microseconds since 1970, by the database's clock. */
  readonly at: number;
}

export interface Halts {
  /** The first word counts while it stands. */
  halt(by: Omit<Halt, "at">): Promise<Halt>;
  /** Learning may go on; without a halt it changes nothing. */
  resume(): Promise<void>;
  halted(): Promise<Halt | null>;
}

export function haltsOver(db: BookDatabase): Halts {
  const halted = async () =>
    (await db.selectFrom("learning.halt").select(["person", "note", "at"]).executeTakeFirst()) ?? null;
  return {
    halted,
    async halt({ person, note }) {
      await db.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("learning.halt")
          .values({ single: true, person, note, at: nowMicros })
          .onConflict((conflict) => conflict.doNothing())
          .execute();
        const open = transaction.updateTable("learning.loop").where("state", "in", OPEN);
        await open.set({ cancel_asked: true, why: `${person} stopped learning` }).execute();
      });
      return (await halted())!;
    },
    async resume() {
      await db.deleteFrom("learning.halt").execute();
    },
  };
}
