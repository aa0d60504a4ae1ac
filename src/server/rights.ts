// What a key may do. A door names one right, or says that it is open.

export const rights = [
  "events:write",
  "decisions:write",
  "decisions:read",
  "review:write",
  "releases:write",
  "read",
] as const;
export type Right = (typeof rights)[number];

/** Whoever asks: the holder of a key, or of a browser session. */
export interface Principal {
  readonly name: string;
  readonly rights: readonly Right[];
}
