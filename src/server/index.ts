export type { KeyEntry, Keys, NewToken } from "./keys.ts";
export { openKeys } from "./keys.ts";
export type { Principal, Right } from "./rights.ts";
export { rights } from "./rights.ts";
export type { RunningService } from "./server.ts";
export { buildServer, startServer } from "./server.ts";
export type { EntityFeatures, ServiceParts } from "./service-parts.ts";
