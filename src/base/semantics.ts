/**
 * Raised by any change that can change a value: a finaliser, a window edge, time-zone data. It enters every meaning hash,
 * so a decider refuses a bundle whose numbers it would not reproduce.
 */
export const SEMANTICS = { number: 1, timeZoneData: "2026f" } as const;
