// What clocks and calendars show at a time of the row. Local time costs an addition; the parts of a date are arithmetic on
// the number of its day.

import {
  dayOfLocal,
  dayOfMonth,
  hourOfLocal,
  localTimeOf,
  monthOfYear,
  weekdayOfDay,
  yearOfDay,
} from "../../base/index.ts";
import { type DatePart, type RowNode, typeOfRow } from "../../define/index.ts";
import { type RowKind, type RowWriter, single, writeSingle } from "./row-kind.ts";

const ofDay: { readonly [P in Exclude<DatePart, "hour">]: string } = {
  weekday: "weekdayOfDay",
  dayOfMonth: "dayOfMonth",
  month: "monthOfYear",
  year: "yearOfDay",
};

export const dateCalls = { dayOfLocal, dayOfMonth, hourOfLocal, localTimeOf, monthOfYear, weekdayOfDay, yearOfDay };

const names: { readonly [P in DatePart]: string } = {
  hour: "hour",
  weekday: "weekday",
  dayOfMonth: "day of the month",
  month: "month",
  year: "year",
};

export const rowDatePart: RowKind<RowNode & { kind: "rowDatePart" }> = {
  ...single,
  gap: false,
  write: ({ part, of, zone }, x, [time], writer) => {
    const value =
      part === "hour"
        ? `hourOfLocal(${writer.clock(zone ?? "UTC")}(${time}))`
        : `${ofDay[part]}(${daySource(of, time!, zone ?? "UTC", writer)})`;
    writeSingle(x, value, writer);
  },
  words: ({ part, zone }, [time]) => `${names[part]} of ${time}${zone === null ? "" : ` in ${zone}`}`,
};

export const rowDays: RowKind<RowNode & { kind: "rowDays" }> = {
  ...single,
  gap: false,
  write: ({ from, to, zone }, x, [earlier, later], writer) => {
    const [begin, end] = [daySource(from, earlier!, zone, writer), daySource(to, later!, zone, writer)];
    writeSingle(x, `${end} - ${begin}`, writer);
  },
  words: ({ zone }, [earlier, later]) => `days from ${earlier} to ${later} in ${zone}`,
};

/** Number of the civil day that a date is, or that an instant lies in. */
function daySource(row: RowNode, time: string, zone: string, writer: RowWriter): string {
  return typeOfRow(row).kind === "date" ? time : `dayOfLocal(${writer.clock(zone)}(${time}))`;
}
