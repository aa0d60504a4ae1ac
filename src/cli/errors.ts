import { problemTable } from "../base/index.ts";

export const problems = problemTable("CLI", {
  DEMO_QUARANTINED: (p: { code: string }) => ({
    rule: `it was refused with ${p.code}`,
    wayOut: "See why with: assay quarantine",
  }),
  NO_DEMO: (p: { known: string }) => ({ rule: "there is no such demo", wayOut: `Use one of: ${p.known}` }),
  NOT_BUILT: (p: { bundle: string }) => ({
    rule: `no dataset has been built for bundle "${p.bundle}"`,
    wayOut: "Build one: assay build",
  }),
  PYTHON_SETUP: (p: { code: number }) => ({
    rule: `building the Python environment ended with code ${p.code}`,
    wayOut: "Read .assay/setup/python.log, then run the command again",
  }),
  PORT_TAKEN: (p: { port: number }) => ({
    rule: `port ${p.port} is in use by another program`,
    wayOut: "Stop that program, or choose another port with --port",
  }),
  SERVICE_FAILED: (p: { why: string }) => ({ rule: `the service did not start: ${p.why}`, wayOut: "Read its lines above, then run the command again" }),
  NO_BUNDLE: (p: { found: number }) => ({
    rule: p.found === 0 ? "no bundle's hash begins with it" : `${p.found} bundles' hashes begin with it`,
    wayOut: "See the hashes with: assay bundles",
  }),
  NO_DECISION: () => ({ rule: "no decision has this id", wayOut: "See the ids with: assay decisions" }),
  BAD_INSTANT: () => ({ rule: "it is no instant with an offset", wayOut: "Write it like 2005-11-10T00:00:00+08:00" }),
  NEEDS_CUT_OFF: () => ({ rule: "neither the command nor assay.config.ts says up to when outcomes are known", wayOut: "Add --cut-off INSTANT" }),
});
