// The largest magnitude in a column of numbers: what proves before a walk that plain doubles will be exact, so that no row is
// watched. Found once for each history, whoever asks first.

import type { EventColumns } from "./history.ts";

/** The largest |value| of a field over all rows, seen or not; 0 where there is none. */
export function largestIn(columns: EventColumns, field: string): number {
  columns.largest ??= {};
  if (Object.hasOwn(columns.largest, field)) return columns.largest[field]!;
  const largest = largestMagnitude(columns.fields[field]);
  columns.largest[field] = largest;
  return largest;
}

function largestMagnitude(values: Float64Array | undefined): number {
  if (values === undefined) return 0;
  let [least, most] = [0, 0];
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < least) least = value;
    else if (value > most) most = value;
  }
  return Math.max(-least, most);
}
