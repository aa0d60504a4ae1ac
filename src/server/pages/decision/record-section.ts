// The record behind a decision: its place in the chain, what it was made with, and how long that took.

import type { StoredDecision } from "../../../decisions/index.ts";
import { type Html, html, nothing } from "../html.ts";
import { hashCode, section } from "../layout.ts";
import { nameWords } from "../name-words.ts";
import { count, decimals, percent, withUnit } from "../number-text.ts";
import { facts } from "../table.ts";

export function recordSection({ decision, envelope, link, intact }: StoredDecision): Html {
  const { timingsMicros: took, engine } = envelope;
  return section(
    "record",
    "The record",
    "Kept under a key of this person alone and chained over salted hashes, so that it can be erased and the chain still verifies.",
    html`${intact ? nothing : html`<p class="wrong" role="alert">The stored content no longer gives the hash in its chain: it was altered after it was written.</p>`}
${facts([
  ["Content", intact ? "unaltered: it gives the hash in its chain" : "altered"],
  ["Place in the chain", html`${count(link.ordinal)} of writer <code>${link.writer}</code>`],
  ["Chain hash", hashCode(link.chainHash)],
  ["Bundle", hashCode(decision.bundle)],
  ["Baseline of the reasons", hashCode(decision.baseline)],
  ["Reason library", hashCode(decision.reasonLibrary)],
  ["Jurisdiction pack", html`${decision.jurisdiction.name} ${hashCode(decision.jurisdiction.pack)}`],
  [
    "Kind, product, channel, stage",
    [decision.kind, decision.product, decision.channel, decision.stage].map(nameWords).join(", "),
  ],
  ["Fallbacks taken", decision.fallbacks.length === 0 ? "none" : decision.fallbacks.join(", ")],
  [
    "Arm",
    `${nameWords(envelope.arm)}, with a chance of ${percent(envelope.propensity, 0)}${envelope.exploration ? ", explored" : ""}`,
  ],
  ["Took", `${micros(took.read)} to read, ${micros(took.kernel)} to compute, ${micros(took.decide)} to decide`],
  ["Made by", `Assay ${engine.release}, Node ${engine.node}, ${engine.cpu}`],
])}`,
  );
}

function micros(value: number): string {
  return value < 1000 ? withUnit(decimals(value, 0), "µs") : withUnit(decimals(value / 1000, 1), "ms");
}
