import { different } from "../state/different.ts";
import { differentBits, differentCodes } from "../state/different-codes.ts";
import type { Aggregate } from "./aggregate.ts";

const BITS = 32;

export const distinct: Aggregate = {
  name: "distinct",
  reads: "identity",
  states: [different, differentBits, differentCodes],
  keeps: (type) => {
    if (type?.kind === "text" || type?.kind === "ref") return [differentCodes];
    if (type?.kind === "category") return [type.values.length <= BITS ? differentBits : differentCodes];
    return [type?.kind === "boolean" ? differentBits : different];
  },
  picks: false,
  laws: { empty: 0, merges: false, inverts: false, ordered: false, cost: 20 },
  finalise: ([n]) => ({ absent: [], value: `${n}` }),
  sentence: (of) => `number of different ${of}`,
};
