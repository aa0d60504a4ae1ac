// A sequence as others ask for it: what it reads, its one form for its hash, and its text as it was written.

import { MICROS_PER_DAY } from "../base/index.ts";
import type { SequenceNode, StepNode, TokenFieldNode } from "./nodes.ts";
import { normalRow, normalStream } from "./normal-form.ts";
import { printFixed } from "./print.ts";
import { printRow, printStream } from "./print-row.ts";
import { type Read, rowReads, streamReads } from "./reads.ts";

export function sequenceReads({ steps }: SequenceNode): Read[] {
  return steps.flatMap(({ stream, fields }) => [
    ...streamReads(stream),
    ...fields.flatMap(({ row }) => rowReads(stream.event, row)),
  ]);
}

export function normalSequence(node: SequenceNode): SequenceNode {
  const steps = node.steps.map(({ stream, fields }) => ({
    stream: normalStream(stream),
    fields: fields.map((field) => ({ ...field, row: normalRow(field.row) })),
  }));
  return { ...node, steps };
}

/** `sequence("behaviour", borrower, [step(statement, { … })]).last(events(128))`: as its author would write it. */
export function printSequence({ name, entity, steps, count, ageMicros }: SequenceNode): string {
  const age = ageMicros === MICROS_PER_DAY ? "" : `, { age: ${printFixed(ageMicros)} }`;
  return `sequence(${JSON.stringify(name)}, ${entity}, [${steps.map(printStep).join(", ")}]${age}).last(events(${count}))`;
}

function printStep({ stream, fields }: StepNode): string {
  const event = { ...stream, filter: null };
  const printed = fields.map((field) => `${field.name}: ${printField(field, printRow(field.row, event))}`);
  return `step(${printStream(stream)}, {${printed.length === 0 ? "" : ` ${printed.join(", ")} `}})`;
}

function printField({ coding }: TokenFieldNode, column: string): string {
  if (coding.kind === "scaled") return `scaled(${column})`;
  if (coding.kind === "steps") return `scaled(${column}, { steps: ${coding.count} })`;
  return coding.kind === "coded" ? `coded(${column}, { most: ${coding.most} })` : column;
}
