// Where in the log a change begins. Events that show it come before the change too, only more rarely; so the change is sought
// first (the place after which they are most in excess: Page's cumulative sum), and then the first event from there on.

/** What is looked at: events of one field in the order of the log. */
export interface ShownAt {
  /** Ascending. */
  readonly offsets: ArrayLike<number>;
  /** 1 where the event's value is one that shows the change; beside `offsets`. */
  readonly shows: ArrayLike<number>;
}

/** Offset of the first event of the change; `null` where no event shows it. `expected` is the share that showed it before. */
export function firstPosition({ offsets, shows }: ShownAt, expected: number): number | null {
  const n = offsets.length;
  let shown = 0;
  for (let i = 0; i < n; i++) shown += shows[i]!;
  if (shown === 0) return null;
  // Halfway between what was and what is: the sum falls before the change and rises after it.
  const halfway = (expected + shown / n) / 2;
  let [sum, least, from] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    sum += shows[i]! - halfway;
    if (sum < least) [least, from] = [sum, i + 1];
  }
  for (let i = from; i < n; i++) if (shows[i] === 1) return offsets[i]!;
  return null;
}
