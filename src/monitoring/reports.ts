// Reports as they are kept: documents in the registry, found again by kind, newest first.

import { AssayError, type Hash } from "../base/index.ts";
import type { Registry } from "../registry/index.ts";
import { problems } from "./errors.ts";
import type { MonitorReport } from "./report-document.ts";

export interface KeptReport {
  readonly hash: Hash;
  /** Microseconds since 1970, by the database's clock. */
  readonly savedAt: number;
  readonly report: MonitorReport;
}

const KIND = "monitor";

export async function keepReport(registry: Registry, bundleName: string, report: MonitorReport): Promise<Hash> {
  return await registry.saveDocument(KIND, bundleName, report);
}

/** Newest first. */
export async function keptReports(registry: Registry, limit: number): Promise<KeptReport[]> {
  const entries = (await registry.artefacts(KIND)).slice(-limit).reverse();
  return await Promise.all(
    entries.map(async ({ hash, savedAt }) => ({ hash, savedAt, report: await readReport(registry, hash) })),
  );
}

/** Throws ASSAY_REGISTRY_UNKNOWN_DOCUMENT, ASSAY_MONITORING_UNKNOWN_VERSION. */
export async function readReport(registry: Pick<Registry, "document">, hash: Hash): Promise<MonitorReport> {
  const document = (await registry.document(hash)) as unknown as MonitorReport;
  if (document.format === "assay.monitor" && document.version === 1) return document;
  const version = `${String(document.version)} of "${String(document.format)}"`;
  throw new AssayError(problems.UNKNOWN_VERSION(`document ${hash}`, { version }));
}
