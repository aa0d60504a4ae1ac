// How late the events of each feed come, against the delay that its definition declares: by the source's clocks and by
// ours. Read without the writer of history, so also while the service runs.

import { type FeedLateness, latenessQuantile, lateShare, readLateness } from "../../history/index.ts";
import type { CommandContext } from "../command-context.ts";
import { table, thousands } from "../terminal.ts";

const HEADER = ["source", "event", "events", "declared", "known later", "arrived later", "95 in 100 arrive within"];
const MICROS_PER_HOUR = 3_600_000_000;

export async function lateness({ terminal, workspace }: CommandContext): Promise<number> {
  const opened = await workspace();
  const feeds = await readLateness(opened.folder("history"));
  for (const line of table(HEADER, feeds.map(cellsOf))) terminal.say(line);
  if (opened.found.config.simulatedNow !== undefined) {
    terminal.say("This workspace simulates its clock; arrival is counted by the real one, so it says nothing here.");
  }
  terminal.result(feeds.map((feed) => ({ ...feed, ...measured(feed) })));
  return 0;
}

function measured({ known, arrived }: FeedLateness) {
  return {
    knownLateShare: lateShare(known),
    arrivedLateShare: lateShare(arrived),
    arrived95thMicros: latenessQuantile(arrived, 0.95),
  };
}

function cellsOf(feed: FeedLateness): string[] {
  const { knownLateShare, arrivedLateShare, arrived95thMicros } = measured(feed);
  return [
    feed.source,
    feed.event,
    thousands(feed.known.events),
    hours(feed.delayMicros),
    percent(knownLateShare),
    percent(arrivedLateShare),
    arrived95thMicros === null ? "" : hours(arrived95thMicros),
  ];
}

function percent(share: number | null): string {
  return share === null ? "" : `${(100 * share).toFixed(1)} %`;
}

function hours(micros: number): string {
  const hours = micros / MICROS_PER_HOUR;
  return hours >= 48 ? `${(hours / 24).toFixed(1)} days` : `${hours.toFixed(hours < 1 ? 3 : 1)} h`;
}
