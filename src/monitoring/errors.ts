import { problemTable } from "../base/index.ts";

export const problems = problemTable("MONITORING", {
  UNKNOWN_VERSION: (p: { version: string }) => ({
    rule: `it is version ${p.version}, which this release does not read`,
    wayOut: "Read it with the release that wrote it, or draw it again",
  }),
  UNKNOWN_ALERT: () => ({ rule: "no alert has this id", wayOut: "See the ids with: assay alerts" }),
  NOT_OPEN: (p: { state: string }) => ({
    rule: `it is ${p.state}`,
    wayOut: "Only an open alert can be acknowledged",
  }),
  WEBHOOK_REFUSED: (p: { why: string }) => ({
    rule: p.why,
    wayOut: "Declare an https address, without credentials in it, and list its host in monitoring.webhookHosts",
  }),
});
