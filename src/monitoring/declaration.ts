// What a workspace declares about watching, as data in `assay.config.ts`.

export interface MonitoringDeclaration {
  /** Chance of any alarm in a report where nothing has changed; .01 by default. */
  readonly falseAlarmRate?: number;
  /** Who is asked to look, by finding kind; `*` for the rest. */
  readonly owners?: { readonly [kind: string]: string };
  /** Consecutive reports with a finding before its alert opens (1), and without before it closes (2). */
  readonly openAfter?: number;
  readonly closeAfter?: number;
  /** Minutes between reports that the worker draws by itself; none where not set. */
  readonly everyMinutes?: number;
  /** Share of decisions that the worker computes again after each seal, above 0 and at most 1; none where not set. */
  readonly parityShare?: number;
  /** Alerts are posted here. Only hosts of `webhookHosts` are ever called, and never one that a client named. */
  readonly webhook?: string;
  readonly webhookHosts?: readonly string[];
}
