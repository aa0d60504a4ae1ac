// Addresses of pages, in one place. Ids are opaque, so they are encoded wherever they stand.

export const overviewPath = "/";
export const decisionsPath = "/decisions";
export const factsPath = "/facts";
export const bundlesPath = "/bundles";
export const monitoringPath = "/monitoring";
export const learningPath = "/learning";
export const cataloguePath = "/features";
export const stylesheetPath = "/assets/assay.css";
export const iconPath = "/assets/assay.svg";

export function decisionPath(id: string): string {
  return `${decisionsPath}/${encodeURIComponent(id)}`;
}

export function replayPath(id: string): string {
  return `${decisionPath(id)}/replay`;
}

export function bundlePath(hash: string): string {
  return `${bundlesPath}/${encodeURIComponent(hash)}`;
}

export function decisionsAfter(id: string): string {
  return `${decisionsPath}?after=${encodeURIComponent(id)}`;
}

/** The overview with its cut-offs by one attribute, at that table. */
export function cutoffsPath(attribute: string): string {
  return `${overviewPath}?attribute=${encodeURIComponent(attribute)}#cutoffs`;
}

export function reportPath(hash: string): string {
  return `${monitoringPath}/${encodeURIComponent(hash)}`;
}

export function loopPath(id: string): string {
  return `${learningPath}/${encodeURIComponent(id)}`;
}

export function featurePath(set: string, name: string): string {
  return `${cataloguePath}/${encodeURIComponent(set)}/${encodeURIComponent(name)}`;
}

/** The documents themselves, as programs read them. */
export function reportDocumentPath(hash: string): string {
  return `/v1/monitoring/reports/${encodeURIComponent(hash)}`;
}

export function evidencePath(id: string): string {
  return `/v1/loops/${encodeURIComponent(id)}/evidence`;
}
