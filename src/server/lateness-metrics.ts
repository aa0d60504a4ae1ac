// Gauges of how late each feed comes, read from history when Prometheus asks.

import { Gauge, type Registry } from "prom-client";
import { type FeedLateness, latenessQuantile, lateShare } from "../history/index.ts";
import type { ServiceParts } from "./service-parts.ts";

const MICROS_PER_SECOND = 1e6;
const QUANTILES = [0.5, 0.99];

export function observeLateness({ history }: Pick<ServiceParts, "history">, registers: Registry[]): void {
  new Gauge({
    name: "assay_feed_late_share",
    help: "Share of a feed's events later than the declared delay, by the clock that tells: known or arrived",
    labelNames: ["source", "event", "clock"],
    registers,
    collect() {
      this.reset();
      for (const { source, event, known, arrived } of newest(history.lateness())) {
        for (const [clock, counts] of [["known", known] as const, ["arrived", arrived] as const]) {
          const share = lateShare(counts);
          if (share !== null) this.set({ source, event, clock }, share);
        }
      }
    },
  });
  new Gauge({
    name: "assay_feed_arrival_seconds",
    help: "Time from when a feed's events happened to when they arrived, at most a quarter too long",
    labelNames: ["source", "event", "quantile"],
    registers,
    collect() {
      this.reset();
      for (const { source, event, arrived } of newest(history.lateness())) {
        for (const quantile of QUANTILES) {
          const micros = latenessQuantile(arrived, quantile);
          if (micros !== null) this.set({ source, event, quantile }, micros / MICROS_PER_SECOND);
        }
      }
    },
  });
}

/** Of a feed whose declared delay changed, the counts under the one that holds most of what came. */
function newest(feeds: readonly FeedLateness[]): FeedLateness[] {
  const found = new Map<string, FeedLateness>();
  for (const feed of feeds) {
    const name = `${feed.source}\u0000${feed.event}`;
    const other = found.get(name);
    if (other === undefined || other.known.events < feed.known.events) found.set(name, feed);
  }
  return [...found.values()];
}
