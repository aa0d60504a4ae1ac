import { problemTable } from "../base/index.ts";

const compare = "Compare the request with /docs";

export const problems = problemTable("SERVER", {
  // ---- who asks
  NO_KEY: () => ({
    rule: "it needs a key",
    wayOut: "Send Authorization: Bearer assay_…, or open the page by a link from assay serve",
  }),
  UNKNOWN_KEY: () => ({
    rule: "the key is unknown, was revoked, or has expired",
    wayOut: "List the keys with assay keys, and make another",
  }),
  MISSING_RIGHT: (p: { right: string }) => ({
    rule: `the key lacks the right ${p.right}`,
    wayOut: `Use a key with ${p.right}: assay keys create NAME --right ${p.right}`,
  }),
  CROSS_SITE: () => ({
    rule: "a session may change things only from the service's own pages",
    wayOut: "Send a key as Authorization: Bearer instead of the cookie",
  }),
  LINK_SPENT: () => ({
    rule: "the link was used already, or has expired",
    wayOut: "Ask for another; each link opens one session",
  }),
  BAD_KEY_NAME: () => ({
    rule: "a key is named by 1 to 80 letters, digits, blanks, dots, dashes or underscores, and not assay…",
    wayOut: "Name the system or the person that will hold it",
  }),
  UNKNOWN_RIGHT: () => ({
    rule: "there is no such right",
    wayOut: "Use events:write, decisions:write, decisions:read, review:write, releases:write, learning:write or read",
  }),
  KEY_NOT_FOUND: () => ({ rule: "no key has this id", wayOut: "List the keys with assay keys" }),
  // ---- what was sent
  UNKNOWN_ROUTE: () => ({ rule: "there is no such door", wayOut: "See the doors there are at /docs" }),
  UNKNOWN_FIELD: () => ({ rule: "there is no such field", wayOut: compare }),
  MISSING_FIELD: () => ({ rule: "it is required", wayOut: compare }),
  BAD_VALUE: (p: { why: string }) => ({ rule: p.why, wayOut: compare }),
  NOT_JSON: () => ({ rule: "the body is not JSON", wayOut: "Send one JSON document, in UTF-8, with its content type" }),
  MEDIA_TYPE: (p: { accepted: string }) => ({
    rule: "the content type is not read here",
    wayOut: `Send ${p.accepted}`,
  }),
  BAD_ENCODING: () => ({
    rule: "it is not whole gzip, and nothing of it was taken",
    wayOut: "Send it again, whole, or without a content encoding",
  }),
  BUSY: () => ({
    rule: "as many events as fit are on their way in already; nothing of this request was taken",
    wayOut: "Repeat it after the time that Retry-After says; a batch sent twice does no harm",
  }),
  UNKNOWN_POSITION: (p: { head: string }) => ({
    rule: `this history ends at ${p.head}, so no answer of it can have said that`,
    wayOut: "Send the position of an answer of this service, whole",
  }),
  NOT_REACHED: (p: { withinMs: number; waiting: number }) => ({
    rule: `decisions did not see that far within ${p.withinMs} ms (${p.waiting} events are waiting), and nothing was done`,
    wayOut: "Repeat the request, or give it longer with afterWithinMs",
  }),
  BODY_TOO_LARGE: () => ({ rule: "the body is too large", wayOut: "Send it in smaller parts" }),
  TOO_MANY_EVENTS: (p: { got: number; most: number }) => ({
    rule: `it holds ${p.got} events, and at most ${p.most} are taken at once; none was`,
    wayOut: "Send them in smaller batches; a batch sent twice does no harm",
  }),
  BAD_REQUEST: (p: { why: string }) => ({ rule: `it cannot be read: ${p.why}`, wayOut: compare }),
  RESERVED_SOURCE: () => ({
    rule: 'sources that begin with "assay." are the service\'s own',
    wayOut: "Name the system that the events come from",
  }),
  RESERVED_EVENT: () => ({
    rule: "application events are told by decisions and by /v1/applications",
    wayOut: "Send it to /v1/applications/{id}/events",
  }),
  EVENT_REFUSED: (p: { code: string }) => ({
    rule: `history refuses it: ${p.code}`,
    wayOut: "Look it up with assay quarantine",
  }),
  // ---- what there is
  QUARANTINED_NOT_FOUND: () => ({
    rule: "no row that was set aside has this id",
    wayOut: "List them with GET /v1/quarantine",
  }),
  DECISION_NOT_FOUND: () => ({ rule: "no decision has this id", wayOut: "List the decisions with GET /v1/decisions" }),
  APPLICATION_NOT_FOUND: () => ({ rule: "no application has this id", wayOut: "Use the id that opening it returned" }),
  REPORT_NOT_FOUND: () => ({
    rule: "there is no such report",
    wayOut: "List the reports with GET /v1/monitoring/reports, or draw one: assay monitor",
  }),
  LOOP_NOT_FOUND: () => ({ rule: "no loop has this id", wayOut: "List the loops with GET /v1/loops" }),
  EVIDENCE_NOT_FOUND: () => ({
    rule: "it has no evidence pack yet",
    wayOut: "Ask again once the loop has ended",
  }),
  KEY_REUSED: () => ({
    rule: "something else was asked with it before",
    wayOut: "Use a fresh key for each new request",
  }),
  NO_BUNDLE: () => ({ rule: "no bundle is in use", wayOut: "Release one: assay release BUNDLE" }),
  // ---- ours
  CLOSING: () => ({ rule: "the service is shutting down", wayOut: "Repeat the request in a moment" }),
  PORT_TAKEN: () => ({
    rule: "another program has it, or it may not be used",
    wayOut: "Stop that program, or serve on another port",
  }),
  INTERNAL: (p: { id: string }) => ({
    rule: `it failed in a way that was not foreseen; the log has it under ${p.id}`,
    wayOut: "Repeat the request; if it fails again, tell whoever runs the service this id",
  }),
});
