export { openKeys } from "./keys.ts";
export { rights } from "./rights.ts";
export type { RunningService } from "./server.ts";
export { startServer } from "./server.ts";
export type { EntityFeatures, ServiceParts } from "./service-parts.ts";
export { watchingOver } from "./watching.ts";
