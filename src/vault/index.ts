export type { AttributeRow, Band, Question } from "./attributes.ts";
export type { Answer } from "./disclosure.ts";
export { MINIMUM_PEOPLE, NOT_COLLECTED, TOO_FEW } from "./disclosure.ts";
export type { VaultHoldings } from "./forget.ts";
export type { PersonKeys } from "./person-keys.ts";
export type { Vault } from "./vault.ts";
export { openVault } from "./vault.ts";
