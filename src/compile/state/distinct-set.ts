// A set of whole numbers that counts how many different ones it was given. Made once per kernel and emptied in one step:
// entries carry the round they belong to, so `clear` touches none of them. A number is a pair (see base/exact.ts), or itself and 0.

export interface DistinctSet {
  size: number;
  clear(): void;
  add(high: number, low: number): void;
}

export function distinctSet(): DistinctSet {
  let mask = 63;
  let highs = new Float64Array(mask + 1);
  let lows = new Float64Array(mask + 1);
  let rounds = new Uint32Array(mask + 1);
  let round = 1;

  const place = (high: number, low: number): number => {
    let index = hash(high, low) & mask;
    while (rounds[index] === round && (highs[index] !== high || lows[index] !== low)) index = (index + 1) & mask;
    return index;
  };
  const grow = (): void => {
    const [oldHighs, oldLows, oldRounds] = [highs, lows, rounds];
    mask = mask * 2 + 1;
    highs = new Float64Array(mask + 1);
    lows = new Float64Array(mask + 1);
    rounds = new Uint32Array(mask + 1);
    for (let i = 0; i < oldRounds.length; i++) {
      if (oldRounds[i] === round) put(oldHighs[i]!, oldLows[i]!);
    }
  };
  const put = (high: number, low: number): boolean => {
    const index = place(high, low);
    if (rounds[index] === round) return false;
    [highs[index], lows[index], rounds[index]] = [high, low, round];
    return true;
  };
  const set: DistinctSet = {
    size: 0,
    clear: () => {
      set.size = 0;
      round++;
      if (round === 2 ** 32) {
        rounds.fill(0);
        round = 1;
      }
    },
    add: (high, low) => {
      if (!put(high, low)) return;
      set.size++;
      if (set.size * 2 > mask) grow();
    },
  };
  return set;
}

// Integers up to 2^54 in magnitude: both words of each, mixed as in MurmurHash3's finaliser.
function hash(high: number, low: number): number {
  let h = (high | 0) ^ Math.imul(Math.floor(high / 4_294_967_296) | 0, 0x9e3779b1) ^ Math.imul(low | 0, 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
