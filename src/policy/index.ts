export type * from "./bundle-document.ts";
export type * from "./decision.ts";
