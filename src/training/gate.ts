// The least a model must show before anything else is asked of it: that it ranks, and the right way round. A control
// fitted on reversed outcomes must fail here; a pipeline in which it passes is broken somewhere.

export interface GateVerdict {
  readonly gate: "discrimination";
  readonly verdict: "pass" | "fail";
  readonly sentence: string;
}

/** Passes where the AUC and its lower 95 % limit both lie above one half. `null` stands for a number that rows could not give. */
export function discriminationGate(area: { readonly auc: number | null; readonly low: number | null }): GateVerdict {
  const { auc, low } = area;
  if (auc === null || low === null) return fail("there are too few outcomes to say whether it ranks");
  if (auc < 0.5) return fail(`AUC ${auc.toFixed(4)} is below one half: it ranks the wrong way round`);
  if (!(low > 0.5))
    return fail(`the lower limit of AUC ${auc.toFixed(4)} is ${low.toFixed(4)}: it may not rank at all`);
  const sentence = `AUC ${auc.toFixed(4)}, at least ${low.toFixed(4)}: it ranks, and the right way round.`;
  return { gate: "discrimination", verdict: "pass", sentence };
}

function fail(why: string): GateVerdict {
  return { gate: "discrimination", verdict: "fail", sentence: `Refused: ${why}.` };
}
