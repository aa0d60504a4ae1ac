import { problemTable } from "../base/index.ts";

export const problems = problemTable("CLI", {
  // ---- what was asked
  NO_DEMO: (p: { known: string }) => ({ rule: "there is no such demo", wayOut: `Use one of: ${p.known}` }),
  NOT_BUILT: (p: { bundle: string }) => ({
    rule: "no dataset has been built for it",
    wayOut: `Build one: assay build ${p.bundle} --spine FILE`,
  }),
  WHAT_TO_BUILD: () => ({
    rule: "it is to build one thing: a bundle's training set, one of features and a label, or a sequence",
    wayOut: "Write assay build BUNDLE, assay build --features SET --label LABEL, or assay build --sequence NAME",
  }),
  BAD_NAMES: () => ({ rule: "it is no name, and no name in a role", wayOut: "Write NAME or ROLE=NAME" }),
  BAD_COLUMNS: () => ({ rule: "it names no column", wayOut: "Write --columns t=ASKED_AT,ROLE=CUSTOMER" }),
  NO_BUNDLE_NAMED: () => ({
    rule: "it says neither a bundle nor --decisions",
    wayOut: "Write assay parity BUNDLE for its dataset, or assay parity --decisions",
  }),
  NO_BUNDLE: (p: { found: number }) => ({
    rule: p.found === 0 ? "no bundle's hash begins with it" : `${p.found} bundles' hashes begin with it`,
    wayOut: "See the hashes with: assay bundles",
  }),
  NOTHING_RELEASED: () => ({
    rule: "no bundle is in force, so nothing was expected",
    wayOut: "Release one: assay release BUNDLE",
  }),
  NO_PROFILE: () => ({
    rule: "it was made before bundles had profiles, so nothing is known of what to expect",
    wayOut: "Evaluate it again and release what comes out: assay evaluate NAME",
  }),
  NO_REPORT: (p: { found: number }) => ({
    rule: p.found === 0 ? "no report's hash begins with it" : `${p.found} reports' hashes begin with it`,
    wayOut: "See the hashes with: assay monitor --list",
  }),
  NO_LOOP: () => ({ rule: "no loop has this id", wayOut: "See the ids with: assay loops" }),
  NO_QUARANTINED: () => ({
    rule: "no quarantined row has this id",
    wayOut: "See the ids with: assay quarantine --all",
  }),
  NOTHING_MENDED: () => ({
    rule: "it says neither a file of mended rows nor one row and its changes",
    wayOut: "Write assay quarantine resubmit FILE, or resubmit --id ID --set FIELD=VALUE",
  }),
  BAD_MEND: (p: { why: string }) => ({
    rule: `it is no mended row: ${p.why}`,
    wayOut: 'Write {"id": ID, "row": {…}} or {"id": ID, "set": {FIELD: VALUE}}',
  }),
  UNKNOWN_ACTION: (p: { known: string }) => ({ rule: "it has no such action", wayOut: `Use one of: ${p.known}` }),
  NO_DECISION: () => ({ rule: "no decision has this id", wayOut: "See the ids with: assay decisions" }),
  BAD_INSTANT: () => ({
    rule: "it is no instant with an offset",
    wayOut: "Write it like 2005-11-10T00:00:00+08:00",
  }),
  NEEDS_CUT_OFF: () => ({
    rule: "neither the command nor assay.config.ts says up to when outcomes are known",
    wayOut: "Add --cut-off INSTANT",
  }),
  BAD_MAPPING: (p: { why: string }) => ({
    rule: `it is no mapping of columns to fields: ${p.why}`,
    wayOut: 'Write {"event", "entity", "eventId", "at", "fields": {FIELD: COLUMN}}, or a list of such',
  }),
  BAD_REQUEST: (p: { why: string }) => ({
    rule: `it is no request: ${p.why}`,
    wayOut: 'Write {"request", "parties": [{"role", "entity"}], "asked": {FIELD: AMOUNT}}, one document or one a line',
  }),
  EXISTS: () => ({ rule: "it is there already, and nothing is overwritten", wayOut: "Name another folder" }),
  ERASURE_FAILED: (p: { why: string }) => ({
    rule: `the service has not carried it out: ${p.why}`,
    wayOut: "Mend what is said there; the service tries again, and this command tells the receipt once it is done",
  }),
  // ---- the demo
  DEMO_QUARANTINED: (p: { code: string }) => ({
    rule: `it was refused with ${p.code}`,
    wayOut: "See why with: assay quarantine",
  }),
  STEP_FAILED: (p: { why: string }) => ({ rule: p.why, wayOut: "Run it again: finished steps are kept" }),
  // ---- the machine
  PYTHON_SETUP: (p: { code: number }) => ({
    rule: `the Python environment is not there, and building it ended with code ${p.code}`,
    wayOut: "Mend what is said above, then run the command again",
  }),
  PORT_TAKEN: (p: { port: number }) => ({
    rule: `port ${p.port} is in use by another program`,
    wayOut: "Stop that program, or choose another port with --port",
  }),
  SERVICE_FAILED: (p: { why: string }) => ({
    rule: `the service did not start: ${p.why}`,
    wayOut: "Read its lines above, then run the command again",
  }),
  SERVICE_SILENT: (p: { why: string }) => ({
    rule: `no service answers there: ${p.why}`,
    wayOut: "Start one with: assay serve, or name another with --url",
  }),
  INTERRUPTED: () => ({ rule: "it was interrupted", wayOut: "Run it again: finished steps are kept" }),
  NOT_KEPT: (p: { why: string }) => ({
    rule: `the definitions could not be kept there: ${p.why}`,
    wayOut: "Name a file in a folder that is there and may be written to",
  }),
  NO_DEFINITIONS_THERE: () => ({
    rule: "it is neither a workspace, nor a folder of definitions, nor definitions that were kept",
    wayOut: "Name one of these, or the start of a bundle's hash; keep definitions with: assay check --keep FILE",
  }),
  // ---- what other tools say of definitions
  TYPE: (p: { sentence: string }) => ({ rule: p.sentence, wayOut: "Mend it there; an editor shows the same" }),
  LINT: (p: { message: string; code: string }) => ({
    rule: `${p.message} (${p.code})`,
    wayOut: "Definitions are data: combine them with choose(…), both(…), either(…) or .ifMissing(…)",
  }),
  TOOL_FAILED: (p: { why: string }) => ({
    rule: `it did not run to its end: ${p.why}`,
    wayOut: "Mend what it names; npm install puts back what is damaged",
  }),
  UNFORESEEN: (p: { why: string }) => ({
    rule: `it failed in a way that was not foreseen: ${p.why}`,
    wayOut: "Run it again; if it fails again, report the lines above",
  }),
});
