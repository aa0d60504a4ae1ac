import { problemTable } from "../base/index.ts";

export const problems = problemTable("DECISIONS", {
  NO_RELEASE: () => ({ rule: "no bundle is released", wayOut: "Release one: assay release BUNDLE" }),
  UNKNOWN_REQUEST: (p: { expected: string }) => ({
    rule: `the released bundle answers "${p.expected}" only`,
    wayOut: `Send "${p.expected}", or release a bundle for this request`,
  }),
  MISSING_PARTY: (p: { role: string }) => ({
    rule: `no party has the role "${p.role}"`,
    wayOut: `Add {"role": "${p.role}", "entity": …} to parties`,
  }),
  UNKNOWN_PARTY: (p: { roles: string }) => ({ rule: "the request has no such role", wayOut: `Use one of: ${p.roles}` }),
  PARTY_TWICE: () => ({ rule: "two parties have it", wayOut: "Name each role once; a role holds one entity" }),
  BAD_FIELD: (p: { why: string }) => ({ rule: p.why, wayOut: "Send amounts in major units as decimal strings" }),
  KEY_REUSED: () => ({
    rule: "this idempotency key was used for another request",
    wayOut: "Use a new key for a new request; repeat the same body to repeat the answer",
  }),
  NOT_FOUND: () => ({ rule: "no decision has this id", wayOut: "Look ids up with: assay decisions" }),
  NOT_REFERRED: (p: { disposition: string }) => ({
    rule: `its disposition is "${p.disposition}", and only a referral can be closed by a person here`,
    wayOut: "Open a new decision on the application instead",
  }),
  ALREADY_CLOSED: (p: { by: string }) => ({
    rule: `decision ${p.by} closed it already`,
    wayOut: "Read that decision, or open a new one on the application",
  }),
  UNKNOWN_VERSION: (p: { format: string; version: string }) => ({
    rule: `version ${p.version} of ${p.format} is not known here`,
    wayOut: "Use a release of Assay that knows it",
  }),
  BUNDLE_REFUSED: (p: { why: string }) => ({
    rule: `the decider cannot run it: ${p.why}`,
    wayOut: "Build it again with this release",
  }),
  NOT_HELD: (p: { why: string }) => ({
    rule: `the bundle reads it, and of the online store: ${p.why}`,
    wayOut: "Bring its definition back, or build the bundle again from the definitions of today",
  }),
  WORKER_LOST: () => ({
    rule: "a decider worker ended while it held this request",
    wayOut: "Repeat the request with the same key",
  }),
  CLOSING: () => ({ rule: "the service is shutting down", wayOut: "Repeat the request with the same key in a moment" }),
});
