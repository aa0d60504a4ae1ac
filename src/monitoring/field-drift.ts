// One field of one feed against its profile: whether it moved, where in the log that begins, and what is the matter from there on.

import type { EventNode } from "../define/index.ts";
import type { PlacedEvent } from "../history/index.ts";
import { ColumnTally } from "./column-tally.ts";
import { type Diagnosis, diagnose, nameOf, unseenValues } from "./diagnosis.ts";
import { FieldCells, namesThings } from "./field-cells.ts";
import { majorUnits } from "./field-profile.ts";
import { changeBegins } from "./first-position.ts";
import type { ColumnProfile, FieldProfile } from "./profile-document.ts";
import type { FieldDrift } from "./report-document.ts";
import { riseP } from "./share-rise.ts";
import { type Compared, compareValue, driftVerdict } from "./value-drift.ts";

export interface JudgedField {
  readonly drift: FieldDrift;
  /** null where it has not moved. */
  readonly diagnosis: Diagnosis | null;
}

export type FieldPair = readonly [before: FieldProfile, now: FieldProfile];

/**
 * Events of one person resemble each other (a large balance last month is large this month), so a test that counted events would
 * alarm at random batches of people. It counts people instead: exact where a person's events are alike, and cautious where they
 * are not.
 */
export function compareField([before, now]: FieldPair): Compared {
  const people = { reference: before.entities, current: now.entities };
  return compareValue(`${now.event}.${now.field}`, before, now, people);
}

export interface FieldJudging {
  readonly adjustedP: number;
  readonly falseAlarmRate: number;
  readonly node: EventNode;
  /** Of the field's feed, in the order of the log. */
  readonly events: readonly PlacedEvent[];
}

export function judgeField(pair: FieldPair, compared: Compared, judging: FieldJudging): JudgedField {
  const [before, { source, event, field }] = pair;
  const { adjustedP, falseAlarmRate: chance } = judging;
  const verdict = driftVerdict({ ...compared, adjustedP }, chance);
  const about = { ...compared, adjustedP, verdict, source, event, field };
  const names = (values: readonly number[]) => values.map((value) => nameOf(before, value));
  if (verdict !== "drifted" && verdict !== "small") {
    const unseen = names(unseenValues(before, pair[1]));
    return { drift: { ...about, unseen, vanished: [], firstPosition: null }, diagnosis: null };
  }
  const { firstPosition, current, gone, diagnosis } = changeOf(pair, judging);
  const [unseen, vanished] = [names(unseenValues(before, current)), names([...gone])];
  return { drift: { ...about, unseen, vanished, firstPosition }, diagnosis };
}

/** What is a cause by itself is told where the field moved beyond chance; a mere shift from where credit practice would watch it. */
export function isLoud({ drift: { verdict }, diagnosis }: JudgedField): boolean {
  return verdict === "drifted" || (verdict === "small" && diagnosis!.kind !== "drift");
}

/** A change may begin anywhere in the span: what is the matter is read from the events from there on. */
function changeOf([before, now]: FieldPair, { events, node, falseAlarmRate }: FieldJudging) {
  const major = majorUnits(node.fields[now.field]!);
  const values = Float64Array.from(events, ({ event }) => {
    const stored = event.fields[now.field];
    return typeof stored === "number" ? major(stored) : Number.NaN;
  });
  const cells = new FieldCells(before);
  const cellOf = cells.cellsOf(values);
  const from = (row: number, gone: ReadonlySet<number>) => {
    const current = { ...now, ...tallied(values.subarray(row)), entities: peopleOf(events.slice(row)) };
    const diagnosis = diagnose({ reference: before, span: now, current, gone }, falseAlarmRate);
    return { firstPosition: events[row]!.offset, current, gone, diagnosis };
  };
  const silence = namesThings(before) ? silenceOf(cellOf, events, before, falseAlarmRate) : null;
  const silent = silence === null ? null : from(silence.row, silence.values);
  if (silent?.diagnosis.kind === "vanishedCategory") return silent;
  return from(changeBegins(cellOf, cells.count(before)), new Set());
}

function tallied(values: Float64Array): ColumnProfile {
  const tally = new ColumnTally();
  for (const value of values) {
    if (Number.isNaN(value)) tally.addMissing("absent");
    else tally.add(value);
  }
  return tally.profile();
}

function peopleOf(events: readonly PlacedEvent[]): number {
  return new Set(events.map(({ event }) => event.entity)).size;
}

/**
 * Values that have stayed away for longer than chance allows, by their share in the profile and by that in the rows before, and
 * the first row without any of them; `null` where there are none. Rows where the field is absent do not count.
 */
function silenceOf(
  cells: Int32Array,
  events: readonly PlacedEvent[],
  { sketch, entities }: FieldProfile,
  chance: number,
): { readonly row: number; readonly values: ReadonlySet<number> } | null {
  const absent = sketch.values.length + 1;
  const people = (from: number, to: number) =>
    peopleOf(events.slice(from, to).filter((_, i) => cells[from + i] !== absent));
  const share = (cell: number, to: number) => {
    const rows = cells.subarray(0, to);
    const count = (holds: (one: number) => boolean) => rows.reduce((sum, one) => sum + (holds(one) ? 1 : 0), 0);
    return count((one) => one === cell) / count((one) => one !== absent);
  };
  const gone = sketch.values.flatMap((value, cell) => {
    const row = cells.lastIndexOf(cell) + 1;
    const silent = { hits: 0, n: people(row, cells.length) };
    const [profile, here] = [sketch.counts[cell]! / sketch.n, people(0, row)];
    const befores = [{ hits: profile * entities, n: entities }];
    if (here > 0) befores.push({ hits: share(cell, row) * here, n: here });
    const p = Math.max(...befores.map((before) => riseP(silent, before)));
    return p * sketch.values.length <= chance ? [{ value, row }] : [];
  });
  if (gone.length === 0) return null;
  return { row: Math.max(...gone.map(({ row }) => row)), values: new Set(gone.map(({ value }) => value)) };
}
