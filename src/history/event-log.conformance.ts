// The exam every event log sits. An adapter hands over a way to open the same log again and again.

import { expect, test } from "vitest";
import { type EventLog, LOG_START, type Position } from "./event-log.ts";

export interface LogUnderTest {
  /** Opens the log of this trial; the one before has been closed. */
  open(): Promise<EventLog>;
}

export function eventLogConformance(begin: () => LogUnderTest): void {
  test("an empty log begins and ends at the start", async () => {
    const log = await begin().open();
    expect([log.head(), log.oldest()]).toEqual([LOG_START, LOG_START]);
    expect(await allRecords(log)).toEqual([]);
    await log.close();
  });

  test("records come back in the order acknowledged, from any position to any position", async () => {
    const log = await begin().open();
    expect(await log.append(texts("a", "b"))).toEqual({ from: at(0), to: at(2) });
    expect(await log.append(texts("c"))).toEqual({ from: at(2), to: at(3) });
    expect(log.head()).toEqual(at(3));
    expect(await allRecords(log)).toEqual(["a", "b", "c"]);
    expect(await allRecords(log, at(1))).toEqual(["b", "c"]);
    expect(await allRecords(log, at(1), at(2))).toEqual(["b"]);
    expect(await allRecords(log, at(3))).toEqual([]);
    await log.close();
  });

  test("records survive a reopening, and appending goes on behind them", async () => {
    const trial = begin();
    const first = await trial.open();
    await first.append(texts("a", "b"));
    await first.close();
    const second = await trial.open();
    expect(second.head()).toEqual(at(2));
    expect(await second.append(texts("c"))).toEqual({ from: at(2), to: at(3) });
    expect(await allRecords(second)).toEqual(["a", "b", "c"]);
    await second.close();
  });

  test("concurrent appends each get a range of their own, without gaps, in the order of the calls", async () => {
    const log = await begin().open();
    const ranges = await Promise.all(Array.from({ length: 200 }, (_, i) => log.append(texts(`${i}`, `${i}'`))));
    for (const [i, range] of ranges.entries()) expect(range).toEqual({ from: at(2 * i), to: at(2 * i + 2) });
    expect(await allRecords(log)).toEqual(ranges.flatMap((_, i) => [`${i}`, `${i}'`]));
    await log.close();
  });

  test("any bytes are a record, an empty one is refused and changes nothing", async () => {
    const log = await begin().open();
    const bytes = Uint8Array.from({ length: 512 }, (_, i) => i % 256);
    await log.append([bytes, new Uint8Array(64)]);
    await expect(log.append([new Uint8Array(0)])).rejects.toMatchObject({ code: "ASSAY_HISTORY_RECORD_SIZE" });
    const records: Uint8Array[] = [];
    for await (const batch of log.read(LOG_START)) records.push(...batch.records);
    expect(records.map((record) => [...record])).toEqual([[...bytes], Array(64).fill(0)]);
    await log.close();
  });

  test("closing waits for what was called before and refuses what comes after", async () => {
    const trial = begin();
    const log = await trial.open();
    const appended = log.append(texts("a"));
    await log.close();
    expect(await appended).toEqual({ from: at(0), to: at(1) });
    await expect(log.append(texts("b"))).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOG_CLOSED" });
    const again = await trial.open();
    expect(await allRecords(again)).toEqual(["a"]);
    await again.close();
  });

  test("after a roll everything before it can be trimmed, and appending goes on behind, also after a reopening", async () => {
    const trial = begin();
    const log = await trial.open();
    expect(await log.roll()).toEqual(at(0));
    await log.append(texts("a", "b"));
    for (let time = 0; time < 2; time++) expect(await log.roll()).toEqual(at(2));
    expect(await allRecords(log)).toEqual(["a", "b"]);
    await log.trim(at(2));
    expect([log.oldest(), log.head()]).toEqual([at(2), at(2)]);
    await log.close();
    const again = await trial.open();
    expect([again.oldest(), again.head()]).toEqual([at(2), at(2)]);
    expect(await again.append(texts("c"))).toEqual({ from: at(2), to: at(3) });
    expect(await allRecords(again, at(2))).toEqual(["c"]);
    await again.close();
  });

  test("trimming never takes a record at or after the position, and reading before the oldest is refused", async () => {
    const log = await begin().open();
    for (let i = 0; i < 50; i++) await log.append(texts(`${i}`.repeat(20)));
    await log.trim(at(30));
    const oldest = log.oldest();
    expect(oldest.offset).toBeLessThanOrEqual(30);
    expect((await allRecords(log, oldest)).length).toBe(50 - oldest.offset);
    expect((await allRecords(log, at(30)))[0]).toBe("30".repeat(20));
    if (oldest.offset > 0) await expect(allRecords(log)).rejects.toMatchObject({ code: "ASSAY_HISTORY_LOG_TRIMMED" });
    await log.close();
  });
}

export function texts(...values: string[]): Uint8Array[] {
  return values.map((value) => Buffer.from(value));
}

export async function allRecords(log: EventLog, from: Position = LOG_START, to?: Position): Promise<string[]> {
  const records: string[] = [];
  let expected = from.offset;
  for await (const batch of log.read(from, to)) {
    expect(batch.from).toEqual(at(expected));
    for (const record of batch.records) records.push(Buffer.from(record).toString());
    expected += batch.records.length;
  }
  return records;
}

export function at(offset: number): Position {
  return { partition: 0, offset };
}
