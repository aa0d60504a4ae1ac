// What the tokens of a sequence are made of: of each event that passes a step's filter, its row expressions, before anything
// is scaled or coded. Fitting, encoding and flattening all read rows here. The source is that of a kernel's rows in limbs, so
// a number is the double nearest to the exact value, whatever its size.

import { AssayError, type Problem } from "../base/index.ts";
import { type FieldType, type SequenceNode, type StepNode, typeOfRow } from "../define/index.ts";
import { checkSequence } from "./check-definition.ts";
import { RowEmitter, walkHead, walkNames } from "./emit-row.ts";
import { indented } from "./emit-scan.ts";
import { problems } from "./errors.ts";
import type { EntityHistory, EventColumns, HistorySchema } from "./history.ts";
import { isKnown } from "./layout.ts";
import { comment } from "./literal.ts";
import { holdsText } from "./row.ts";
import { noColumn } from "./row-search.ts";
import { rowCalls } from "./rows/all.ts";

/** Values of one row, one a field, in stored units; NaN where missing. A text is its code in the row's own history. */
export interface RowValues {
  readonly value: Float64Array;
  /** `high * 2^26 + low` is the exact value. */
  readonly high: Float64Array;
  readonly low: Float64Array;
}

/** The rows of one event type of one history. */
export interface OpenStep {
  passes(row: number): boolean;
  /** Puts the values of a row into the step's `values`. */
  read(row: number): void;
}

export interface CompiledStep {
  readonly node: StepNode;
  readonly values: RowValues;
  open(columns: EventColumns): OpenStep;
}

/** One compiled step for each of the sequence. A definition with problems is refused: the first is thrown as an `AssayError`. */
export function compileSteps(sequence: SequenceNode, schema: HistorySchema): CompiledStep[] {
  const found = [...checkSequence(sequence, schema), ...checkForm(sequence)];
  if (found.length > 0) throw new AssayError(found[0]!);
  return sequence.steps.map((node) => {
    const length = node.fields.length;
    const values = { value: new Float64Array(length), high: new Float64Array(length), low: new Float64Array(length) };
    // As in `emit-kernel.ts`: nothing of a definition enters the source but checked literals.
    const make = new Function("calls", stepSource(node)) as (calls: object) => OpenRows;
    const open = make({ ...rowCalls, noColumn });
    return { node, values, open: (columns) => open(columns, values.value, values.high, values.low) };
  });
}

type OpenRows = (e: EventColumns, value: Float64Array, high: Float64Array, low: Float64Array) => OpenStep;

function stepSource({ stream, fields }: StepNode): string {
  const names = walkNames("limbs");
  const passing = new RowEmitter(names);
  const passes = stream.filter === null ? "true" : passing.passes(stream.filter);
  const reading = new RowEmitter(names);
  const puts = fields.map(({ row }, place) => {
    const x = reading.value(row);
    return `value[${place}] = ${x}; high[${place}] = ${x}h; low[${place}] = ${x}l;`;
  });
  return [
    '"use strict";',
    comment(`tokens of ${stream.event}`),
    `const { ${Object.keys({ ...rowCalls, noColumn }).join(", ")} } = calls;`,
    "return function open(e, value, high, low) {",
    ...indented(["const at = e.at;", ...walkHead(names)]),
    "  return {",
    "    passes(i) {",
    ...indented(indented(indented([...passing.lines, `return ${passes};`]))),
    "    },",
    "    read(i) {",
    ...indented(indented(indented([...reading.lines, ...puts]))),
    "    },",
    "  };",
    "};",
    "",
  ].join("\n");
}

const EVENTS_MAX = 4_096;

function checkForm(sequence: SequenceNode): Problem[] {
  const thing = `sequence "${sequence.name}"`;
  const { count, ageMicros, steps } = sequence;
  const events = new Set(steps.map(({ stream }) => stream.event));
  const whole = Number.isInteger(count) && count >= 1 && count <= EVENTS_MAX && Number.isSafeInteger(ageMicros);
  if (!whole || ageMicros < 1 || events.size < steps.length || steps.length > 255) {
    return [problems.NOT_A_SEQUENCE(thing)];
  }
  return steps.flatMap(({ fields }) => {
    const wrong = fields.filter(({ row, coding }) => !suits(coding.kind, typeOfRow(row)));
    return wrong.map(({ name }) => problems.TOKEN(thing, { field: name }));
  });
}

function suits(coding: "number" | "scaled" | "steps" | "coded", { kind }: FieldType): boolean {
  if (coding === "coded") return ["category", "boolean", "text", "ref"].includes(kind);
  return ["integer", "decimal", "money"].includes(kind);
}

/** The word that a value stands for, in a history with these columns. */
export function wordReader(type: FieldType, columns: EventColumns, field: string): (value: number) => string {
  if (type.kind === "category") return (value) => type.values[value]!;
  if (!holdsText(type)) return (value) => (value === 0 ? "false" : "true");
  const texts = columns.dictionaries[field]!;
  return (value) => texts[value]!;
}

/** Takes one field of one row: an exact number, or a word. Neither is called where it is missing. */
export interface RowTaker {
  number(field: number, value: number, high: number, low: number): void;
  word(field: number, word: string): void;
}

export interface SequenceReader {
  /** Event names that histories must hold. */
  readonly events: readonly string[];
  /** Fields of all steps, in order, are numbered from 0. Every event known at `known` and before it, once. */
  read(history: EntityHistory, known: number, taker: RowTaker): void;
}

/** What a sequence reads of a history, for whoever fits its scalings and words. Throws as `compileSteps`. */
export function compileSequenceReader(sequence: SequenceNode, schema: HistorySchema): SequenceReader {
  const steps = compileSteps(sequence, schema);
  const firsts = steps.map((_, i) => steps.slice(0, i).reduce((sum, { node }) => sum + node.fields.length, 0));
  return {
    events: steps.map(({ node }) => node.stream.event),
    read(history, known, taker) {
      for (const [i, step] of steps.entries()) {
        const columns = history.events[step.node.stream.event];
        if (columns !== undefined) readStep(step, columns, known, { taker, first: firsts[i]! });
      }
    },
  };
}

function readStep(
  { node, values, open }: CompiledStep,
  columns: EventColumns,
  known: number,
  { taker, first }: { readonly taker: RowTaker; readonly first: number },
): void {
  const rows = open(columns);
  const words = node.fields.map(({ row, coding }) =>
    coding.kind === "coded" ? wordReader(typeOfRow(row), columns, row.kind === "field" ? row.field : "") : null,
  );
  for (let i = 0; i < columns.length && columns.at[i]! < known; i++) {
    if (!isKnown(columns, i, known) || !rows.passes(i)) continue;
    rows.read(i);
    for (let field = 0; field < words.length; field++) {
      const value = values.value[field]!;
      if (Number.isNaN(value)) continue;
      const word = words[field]!;
      if (word === null) taker.number(first + field, value, values.high[field]!, values.low[field]!);
      else taker.word(first + field, word(value));
    }
  }
}
