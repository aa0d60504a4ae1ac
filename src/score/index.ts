export type * from "./artefacts.ts";
