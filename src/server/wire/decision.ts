// The decision part of a record and what stands beside it, as clients see them.

import { z } from "zod";
import { afterInBody } from "../after-position.ts";
import { hash, instantText, recordedValue, token } from "./words.ts";

const party = z.object({ role: z.string(), entity: token });
const terms = z.record(z.string(), z.string());
const verdicts = ["decided", "fired", "passed", "unknown", "notReached"] as const;

const applicationKinds = ["prequalification", "application", "lineIncrease", "accountReview"] as const;

const tracedRule = z.object({
  rule: z.string(),
  kind: z.enum(["knockOut", "refer", "bands"]),
  verdict: z.enum(verdicts),
  reads: z.array(z.object({ operand: z.string(), value: z.union([recordedValue, z.string()]) })),
});

const statedReason = z.object({
  reason: z.string(),
  text: z.string(),
  component: z.enum(["rule", "score", "person"]),
  contribution: z.number().nullable().meta({ description: "On the margin scale; positive raised the risk" }),
  values: z.array(z.object({ feature: z.string(), value: recordedValue })),
});

export const decisionPart = z.object({
  format: z.literal("assay.decision"),
  version: z.literal(1),
  decisionId: z.string(),
  t: instantText,
  application: z.string(),
  kind: z.enum(applicationKinds),
  stage: z.string(),
  product: z.string(),
  channel: z.string(),
  jurisdiction: z.object({ name: z.string(), pack: hash }),
  parties: z.array(party),
  asked: terms,
  offered: terms.nullable(),
  values: z.record(z.string(), recordedValue),
  externalPulls: z.array(z.unknown()),
  fallbacks: z.array(z.string()),
  bundle: hash,
  baseline: hash,
  cutoff: z.number(),
  reasonLibrary: hash,
  outputs: z.array(z.object({ model: z.string(), output: z.string(), raw: z.number(), calibrated: z.number() })),
  trace: z.array(tracedRule),
  contributions: z.array(z.object({ group: z.string(), contribution: z.number() })).nullable(),
  disposition: z.enum(["approve", "counterOffer", "refer", "decline", "incomplete"]),
  adverse: z.boolean(),
  basis: z.enum(["rule", "score", "both", "person", "none"]),
  reasons: z.array(statedReason),
  decidedBy: z.enum(["policy", "person"]),
  override: z.object({ code: z.string(), person: z.string() }).nullable(),
  supersedes: z.string().nullable(),
  scoreDisclosed: z.null(),
  overlay: z.null(),
});

export const link = z.object({
  writer: z.string(),
  ordinal: z.int(),
  saltedHash: hash,
  previousHash: hash,
  chainHash: hash,
});

export const envelope = z.object({
  format: z.literal("assay.envelope"),
  version: z.literal(1),
  positions: z.array(z.object({ partition: z.int(), offset: z.int() })),
  engine: z.object({ release: z.string(), node: z.string(), cpu: z.string() }),
  timingsMicros: z.object({ read: z.number(), kernel: z.number(), decide: z.number() }),
  arm: z.string(),
  salt: z.string().nullable(),
  propensity: z.number(),
  exploration: z.boolean(),
  notice: z.string().nullable(),
});

export const notice = z.object({
  format: z.literal("assay.notice"),
  version: z.literal(1),
  decisionId: z.string(),
  application: z.string(),
  decidedAt: instantText,
  jurisdiction: z.string(),
  heading: z.string(),
  paragraphs: z.array(z.string()),
  reasons: z.array(statedReason.pick({ reason: true, text: true, values: true })),
  closing: z.array(z.string()),
  creditorNotice: z.string(),
  deadlines: z.array(z.object({ name: z.string(), days: z.number(), due: instantText })),
});

export const decisionAnswer = z.object({
  decision: decisionPart,
  link: link.pick({ chainHash: true, ordinal: true }),
  repeated: z.boolean().meta({ description: "The key had been answered before; nothing was decided anew" }),
});

export const decisionRequest = z.strictObject({
  request: z.string().min(1).max(200).meta({ description: "The request that the bundle in use answers" }),
  kind: z.enum(applicationKinds).default("application"),
  product: z.string().min(1).max(200).optional().meta({ description: "The request's name by default" }),
  channel: z.string().min(1).max(200).default("api"),
  parties: z
    .array(z.strictObject({ role: z.string().min(1).max(200), entity: token }))
    .min(1)
    .max(16),
  asked: z
    .record(z.string(), z.union([z.string().max(200), z.number(), z.boolean()]))
    .meta({ description: "Amounts in major units, best as decimal text" }),
  ...afterInBody,
});

export const reviewRequest = z.strictObject({
  disposition: z.enum(["approve", "counterOffer", "decline"]),
  code: z.string().min(1).max(80).meta({ description: "Code of the override, from the lender's list" }),
  reasons: z
    .array(z.string().max(200))
    .max(16)
    .meta({ description: "Names in the reason library; none for an approval" }),
  offered: z.record(z.string(), z.string().max(200)).optional().meta({ description: "Terms of a counter-offer" }),
});
