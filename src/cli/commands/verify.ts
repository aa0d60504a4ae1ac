import { checkpointBreaks, firstBreak, type RecordStore } from "../../decisions/index.ts";
import { verifySnapshot } from "../../history/index.ts";
import type { CommandContext } from "../command-context.ts";

export interface ChainReport {
  readonly writers: number;
  readonly records: number;
  /** First break of each broken chain, heads that a checkpoint saw and that are gone, and records whose content no longer gives the hash in the chain. */
  readonly breaks: readonly { readonly writer: string; readonly ordinal: number; readonly why: string }[];
}

/** The answer is no where a chain is broken or a table file is not what the snapshot says. */
export async function verify({ terminal, workspace }: CommandContext): Promise<number> {
  const opened = await workspace();
  const chain = await chainReport(await opened.records());
  const tables = await verifySnapshot(await opened.snapshot());
  for (const found of chain.breaks) terminal.say(`Record ${found.ordinal} of ${found.writer}: ${found.why}.`);
  for (const problem of tables) terminal.say(`${problem.thing}: ${problem.rule}`);
  const whole = chain.breaks.length === 0 && tables.length === 0;
  terminal.say(
    `${chain.records} records in ${chain.writers} chains and the table files: ${whole ? "whole" : "NOT whole"}.`,
  );
  terminal.result({ chain, tables });
  return whole ? 0 : 1;
}

/** Links, the heads that checkpoints saw, and every content that can still be opened. */
export async function chainReport(records: RecordStore): Promise<ChainReport> {
  const chains = await records.links();
  const breaks: { writer: string; ordinal: number; why: string }[] = [];
  for (const [writer, links] of chains) {
    const found = firstBreak(links);
    if (found !== null) breaks.push({ writer, ...found });
  }
  breaks.push(...checkpointBreaks(await records.checkpoints(), chains));
  let count = 0;
  for await (const { link, content } of records.contents()) {
    count++;
    const { writer, ordinal } = link;
    if (content === "altered") breaks.push({ writer, ordinal, why: "its content does not give the hash in the chain" });
  }
  return { writers: chains.size, records: count, breaks };
}
