export type { Looked } from "./erase.ts";
export { carryOut, lookForErasure } from "./erase.ts";
export type { Erasure, Erasures } from "./erasures.ts";
export { openErasures, readReceipt } from "./erasures.ts";
export type { Hold, HoldRequest, Holds } from "./holds.ts";
export type { ForgottenObject, Receipt, Removed, SeeingModel } from "./receipt.ts";
export { drawReceipt } from "./receipt.ts";
export type { ErasureSite } from "./rooms.ts";
