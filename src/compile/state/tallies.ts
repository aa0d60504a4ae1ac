// How often each code came, and which came latest: rows come newest first, so of two codes the one met earlier is later in time.

import type { State } from "./state.ts";

export const tallies: State = {
  name: "tallies",
  prelude: (x) => `const ${x}t = tally();`,
  begin: (x) => `${x}t.clear();`,
  add: (x, row) => `${x}t.add(${row.value});`,
  read: (x) => `${x}t`,
  calls: { tally },
};

interface Tally {
  clear(): void;
  add(code: number): void;
  /** The code that came most often, of several the one that came latest; NaN where there was none. */
  mode(): number;
  /** How often it came. */
  modeCount(): number;
}

function tally(): Tally {
  let counts = new Float64Array(64);
  let met = new Float64Array(64);
  let size = 0;

  const mode = (): number => {
    let best = met[0]!;
    for (let i = 1; i < size; i++) if (counts[met[i]!]! > counts[best]!) best = met[i]!;
    return size === 0 ? Number.NaN : best;
  };
  return {
    clear: () => {
      for (let i = 0; i < size; i++) counts[met[i]!] = 0;
      size = 0;
    },
    add: (code) => {
      if (code >= counts.length) {
        [counts, met] = [enlarged(counts, code), enlarged(met, code)];
      }
      if (counts[code] === 0) met[size++] = code;
      counts[code]! += 1;
    },
    mode,
    modeCount: () => (size === 0 ? 0 : counts[mode()]!),
  };
}

function enlarged(values: Float64Array, code: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(2 * values.length, code + 1));
  larger.set(values);
  return larger;
}
