export type { EntityHistory, EventColumns, HistoryEvent, HistorySchema } from "./history.ts";
export type { Kernel, RequestValues } from "./kernel-types.ts";
