// A record has two parts. The *decision* is all that `decide` read and returned; its hash is what replay compares. The
// *envelope* says how it came about: positions, engine, timings, arm. The chain covers `SHA-256(salt ‖ decision)`, so that
// erasing a person's key destroys the content and the chain still verifies.

import { createHash, randomBytes } from "node:crypto";

export interface Envelope {
  readonly format: "assay.envelope";
  readonly version: 1;
  /** Per log partition: up to where history had arrived when it was read. */
  readonly positions: readonly { readonly partition: number; readonly offset: number }[];
  readonly engine: { readonly release: string; readonly node: string; readonly cpu: string };
  readonly timingsMicros: { readonly read: number; readonly kernel: number; readonly decide: number };
  readonly arm: string;
  readonly salt: string | null;
  readonly propensity: number;
  readonly exploration: boolean;
  readonly notice: string | null;
}

/** One link of a writer's chain. Hashes are lower-case hexadecimal. */
export interface Link {
  readonly writer: string;
  readonly ordinal: number;
  readonly saltedHash: string;
  readonly previousHash: string;
  readonly chainHash: string;
}

/** What is sealed under the person's key. */
export interface SealedContent {
  readonly salt: string;
  /** Canonical JSON of the decision part. */
  readonly decision: string;
}

/** Under a fresh salt, so that the hash of a decision that could be guessed gives nothing away. */
export function sealContent(decisionText: string): { content: SealedContent; saltedHash: string } {
  const content = { salt: randomBytes(16).toString("hex"), decision: decisionText };
  return { content, saltedHash: saltedHashOf(content) };
}

export function saltedHashOf(content: SealedContent): string {
  return createHash("sha256").update(Buffer.from(content.salt, "hex")).update(content.decision).digest("hex");
}

/** What the first link of a writer follows. */
export function genesis(writer: string): string {
  return createHash("sha256").update(`assay chain 1 ${writer}`).digest("hex");
}

export function linkAfter(head: { ordinal: number; hash: string }, writer: string, saltedHash: string): Link {
  const ordinal = head.ordinal + 1;
  return {
    writer,
    ordinal,
    saltedHash,
    previousHash: head.hash,
    chainHash: chainHashOf(head.hash, ordinal, saltedHash),
  };
}

export function chainHashOf(previousHash: string, ordinal: number, saltedHash: string): string {
  return createHash("sha256").update(`${previousHash}\n${ordinal}\n${saltedHash}`).digest("hex");
}

/** The first place where a writer's links, in order of ordinal, do not hold; null where all do. */
export function firstBreak(links: readonly Link[]): { readonly ordinal: number; readonly why: string } | null {
  let head: { ordinal: number; hash: string } | null = null;
  for (const link of links) {
    head ??= { ordinal: 0, hash: genesis(link.writer) };
    if (link.ordinal !== head.ordinal + 1) return { ordinal: link.ordinal, why: "a link is missing before it" };
    if (link.previousHash !== head.hash) return { ordinal: link.ordinal, why: "it does not follow the link before it" };
    const expected = chainHashOf(head.hash, link.ordinal, link.saltedHash);
    if (expected !== link.chainHash) return { ordinal: link.ordinal, why: "its chain hash does not match its content" };
    head = { ordinal: link.ordinal, hash: link.chainHash };
  }
  return null;
}
