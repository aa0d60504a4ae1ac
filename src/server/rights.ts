// What a key may do. A door names one right, or says that it is open.

export const rights = [
  "events:write",
  "decisions:write",
  "decisions:read",
  "review:write",
  "releases:write",
  // Acknowledge alerts; ask for loops, answer and end them. A release by hand stays a right of its own: whoever approves a
  // challenger that passed its gates need not be able to put any bundle in force.
  "learning:write",
  // Erase people for good, and read the receipts.
  "erasures:write",
  "read",
] as const;
export type Right = (typeof rights)[number];

/** Whoever asks: the holder of a key, or of a browser session. */
export interface Principal {
  readonly name: string;
  readonly rights: readonly Right[];
}
