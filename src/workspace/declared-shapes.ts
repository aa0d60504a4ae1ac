// The settings about documents, watching and learning, as they may be written. What they mean together (a canary without guardrails) is
// checked by the rooms that act on them.

import { z } from "zod";
import { count, instantText, positive, share } from "./config-words.ts";

export const monitoringShape = z.strictObject({
  falseAlarmRate: share.optional(),
  owners: z.record(z.string(), z.string()).optional(),
  openAfter: z.int().positive().optional(),
  closeAfter: z.int().positive().optional(),
  everyMinutes: positive.optional(),
  parityShare: z.number().gt(0).max(1).optional(),
  webhook: z.url().optional(),
  webhookHosts: z.array(z.string()).optional(),
});

export const documentShape = z.strictObject({
  version: z.literal(1),
  field: z.string(),
  children: z.array(
    z.strictObject({
      event: z.string(),
      each: z.string(),
      eventId: z.string(),
      at: z.string().optional(),
      entity: z.string().optional(),
      fields: z.record(z.string(), z.string()),
    }),
  ),
});

const margin = z.number().nonnegative();

const gate = z.discriminatedUnion("gate", [
  z.strictObject({ gate: z.literal("data"), leastRows: count, leastBads: count, missingRise: margin }),
  z.strictObject({ gate: z.literal("inputs"), mostPsi: positive }),
  z.strictObject({ gate: z.literal("discrimination"), margin }),
  z.strictObject({ gate: z.literal("calibration"), most: z.number().min(1), margin }),
  z.strictObject({ gate: z.literal("slices"), margin, leastBads: count }),
  z.strictObject({ gate: z.literal("fairness"), margin }),
  z.strictObject({ gate: z.literal("reasons"), agreement: z.number().min(0).max(1) }),
  z.strictObject({ gate: z.literal("stability"), margin, leastBads: count }),
  z.strictObject({ gate: z.literal("latency"), mostMicros: positive }),
  z.strictObject({ gate: z.literal("size"), mostBytes: positive }),
  z.strictObject({ gate: z.literal("replay"), decisions: z.int().positive(), mostFlipped: z.number().min(0).max(1) }),
]);

const most = z.number().nonnegative();

const guardrail = z.discriminatedUnion("guardrail", [
  z.strictObject({ guardrail: z.literal("errors"), most }),
  z.strictObject({ guardrail: z.literal("latency"), mostMicros: positive }),
  z.strictObject({ guardrail: z.literal("approvalRate"), most }),
  z.strictObject({ guardrail: z.literal("scoreShift"), most }),
  z.strictObject({ guardrail: z.literal("missingRate"), most }),
  z.strictObject({ guardrail: z.literal("reasonMix"), most }),
]);

export const learningShape = z.strictObject({
  bundle: z.string(),
  gates: z.array(gate).optional(),
  guardrails: z.array(guardrail).optional(),
  approval: z.enum(["envelope", "person"]).optional(),
  shadow: z.strictObject({ decisions: count }).optional(),
  canary: z.strictObject({ share: z.number().gt(0).max(0.5), decisions: z.int().positive() }).optional(),
  bake: z.strictObject({ decisions: count }).optional(),
  patienceMinutes: positive.optional(),
  triggers: z
    .strictObject({
      outcomes: z.int().positive().optional(),
      drift: z.enum(["warning", "critical"]).optional(),
      calendarDays: positive.optional(),
    })
    .optional(),
  coolDownHours: margin.optional(),
  mostLoopsPerMonth: z.int().positive().optional(),
  freezes: z.array(z.strictObject({ from: instantText, to: instantText, why: z.string() })).optional(),
  stopped: z.boolean().optional(),
});
