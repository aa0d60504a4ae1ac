// A guide as a reader follows it: its indented blocks in order, and in them commands beside what was printed.

export interface Block {
  /** The paragraph of prose before it. */
  readonly before: string;
  readonly lines: readonly string[];
}

export interface Step {
  /** As it is typed into a shell. */
  readonly command: string;
  readonly printed: readonly string[];
}

const INDENT = "    ";

export function blocksOf(markdown: string): Block[] {
  const blocks: { before: string; lines: string[] }[] = [];
  for (const paragraph of markdown.split(/\n\n(?! {4})/)) {
    const lines = paragraph.split("\n");
    const code = lines.findIndex((line) => line.startsWith(INDENT));
    if (code < 0) continue;
    const before = lines.slice(0, code).join("\n").trim();
    blocks.push({ before, lines: lines.slice(code).map((line) => line.slice(INDENT.length)) });
  }
  return blocks;
}

/** Commands begin with `$`; one goes on while a line ends in a backslash or a quote is open. */
export function stepsOf({ lines }: Block): Step[] {
  const steps: { command: string; printed: string[] }[] = [];
  let goesOn = false;
  for (const line of lines) {
    const step = steps.at(-1);
    if (goesOn) step!.command += `\n${line}`;
    else if (line.startsWith("$ ")) steps.push({ command: line.slice(2), printed: [] });
    else step?.printed.push(line);
    const { command } = steps.at(-1) ?? { command: "" };
    goesOn = (goesOn || line.startsWith("$ ")) && (line.endsWith("\\") || command.split("'").length % 2 === 0);
  }
  return steps;
}

/** Words one blank apart: a guide breaks long lines where a terminal does not. */
export function words(text: string): string {
  return text.split(/\s+/).filter(Boolean).join(" ");
}
