// Instants as people read them. Records are in UTC and are shown in UTC; a simulated clock is shown as it was written.

import { formatInstant, parseInstant } from "../../base/index.ts";

const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** `3 October 2005, 04:00 UTC` from ISO 8601; the text itself where it is none. */
export function instantText(iso: string): string {
  const micros = parseInstant(iso);
  return micros === undefined ? iso : microsText(micros);
}

export function microsText(micros: number): string {
  const iso = formatInstant(micros);
  return `${dateText(iso)}, ${iso.slice(11, 16)}\u00a0UTC`;
}

export function dayText(iso: string): string {
  const micros = parseInstant(iso);
  return dateText(micros === undefined ? iso : formatInstant(micros));
}

/** `3 October 2005, 12:00 (UTC+08:00)`: the wall clock that was written, with its offset. */
export function clockText(iso: string): string {
  const parts = /^\d{4}-\d\d-\d\dT(\d\d:\d\d)[^+Z-]*(Z|[+-]\d\d:\d\d)$/.exec(iso);
  if (parts === null) return iso;
  return `${dateText(iso)}, ${parts[1]} (UTC${parts[2] === "Z" ? "" : parts[2]})`;
}

function dateText(iso: string): string {
  const [year, month, day] = iso.slice(0, 10).split("-").map(Number);
  return `${day}\u00a0${MONTHS[Number(month) - 1] ?? "?"} ${year}`;
}
