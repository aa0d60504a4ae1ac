// A challenger beside the champion: prepared, looking on, then deciding for a share of applicants. Whatever cannot be seen
// keeps the champion: missing data is never success.

import type { Hash } from "../../base/index.ts";
import { runBundle } from "../../decisions/index.ts";
import { bundleObjects } from "../bundle-objects.ts";
import { OVERTAKEN, waitGuarded } from "../guarded-wait.ts";
import type { GuardrailLook } from "../loop-document.ts";
import { patienceMicros } from "../loop-site.ts";
import type { Wait } from "../waits.ts";
import type { Ground } from "./gather.ts";
import type { Challenger } from "./judge.ts";
import { kept, type Loop, type StepOutcome } from "./loop-step.ts";

export interface Looked {
  readonly looks: readonly GuardrailLook[];
}

const NO_LOOKS: Looked = { looks: [] };

/** Every live service could decide by the challenger at once; where none is alive it is loaded here. */
export async function prepareChallenger(loop: Loop, { challenger }: Challenger): Promise<StepOutcome<null>> {
  const { entry, site } = loop;
  const { registry, declaration } = site;
  if ((await registry.services()).length === 0) {
    if ((declaration.shadow?.decisions ?? 0) > 0 || declaration.canary !== undefined) {
      return kept("no service is alive, so no live decision could be looked at");
    }
    const document = await registry.bundle(challenger);
    runBundle({ hash: challenger, document, objects: await bundleObjects(document, site.season.objects) });
    return { found: null, made: { services: 0, loadedBy: "the worker, for no service is alive" } };
  }
  await registry.setRollout({ ...rolloutOf(entry.id, challenger), stage: "shadow" });
  const ready = await site.waits.until(waitOf(loop, "prepare"), async () => {
    const services = await registry.services();
    const prepared = services.filter((service) => service.prepared.includes(challenger));
    return services.length > 0 && prepared.length === services.length ? services.length : undefined;
  });
  if (ready === undefined) return kept("the live services did not prepare the challenger while patience lasted");
  return { found: null, made: { services: ready } };
}

/** Live decisions that the challenger looked on at, and how many it would have made otherwise. */
export async function shadowChallenger(loop: Loop, { challenger }: Challenger): Promise<StepOutcome<null>> {
  const { entry, site } = loop;
  const needed = site.declaration.shadow?.decisions ?? 0;
  if (needed === 0) return { found: null, made: { decisions: 0 } };
  await site.registry.setRollout({ ...rolloutOf(entry.id, challenger), stage: "shadow" });
  const fromKept = await site.waits.beganAt(entry.id, "shadow", await site.records.keptHead());
  let counted = 0;
  const seen = await site.waits.until(waitOf(loop, "shadow"), async () => {
    const served = await site.records.countServed({ fromKept });
    if (served < needed || served === counted) return undefined;
    counted = served;
    const opinions = await opinionsOf(loop, challenger, fromKept);
    return opinions.decisions >= needed ? opinions : undefined;
  });
  if (seen === undefined) return kept(`patience was over before it had looked on at ${needed} live decisions`);
  return { found: null, made: { decisions: seen.decisions, flipped: seen.flipped, needed } };
}

async function opinionsOf({ site, signal }: Loop, challenger: Hash, fromKept: number) {
  const seen = { decisions: 0, flipped: 0 };
  for await (const { decision, shadows } of site.records.served({ fromKept })) {
    signal.throwIfAborted();
    const opinion = shadows.find(({ bundle, disposition }) => bundle === challenger && disposition !== null);
    if (opinion === undefined) continue;
    seen.decisions++;
    if (opinion.disposition !== decision.disposition) seen.flipped++;
  }
  return seen;
}

/** A share of applicants each for the challenger and for a control of the same size at the same time. */
export async function canaryChallenger(
  loop: Loop,
  { champion }: Ground,
  { challenger }: Challenger,
): Promise<StepOutcome<Looked>> {
  const { entry, site } = loop;
  const { declaration, registry, records } = site;
  const { canary } = declaration;
  if (canary === undefined) return { found: NO_LOOKS, made: { decisions: 0 } };
  const shareBasisPoints = Math.round(canary.share * 10_000);
  await registry.setRollout({
    ...rolloutOf(entry.id, challenger, guardrailNames(loop)),
    stage: "canary",
    shareBasisPoints,
  });
  const fromKept = await site.waits.beganAt(entry.id, "canary", await records.keptHead());
  const guarded = {
    stage: "canary" as const,
    challenger: { bundle: challenger, arm: "canary", fromKept },
    control: { bundle: champion, arm: "control", fromKept },
    concurrent: true,
    decisions: canary.decisions,
    overtaken: async () => ((await registry.released())?.hash === champion ? undefined : OVERTAKEN),
  };
  const { kind, looks, why } = await waitGuarded(site, guarded, waitOf(loop, "canary"));
  const found = { looks };
  const made = { shareBasisPoints, decisions: looks.at(-1)?.decisions.challenger ?? 0, looks: looks.length };
  return kind === "held" ? { found, made } : { ...kept(canaryWords(kind, why)), found, made };
}

function canaryWords(kind: string, why: string): string {
  if (kind === "overtaken") return why;
  return kind === "broken" ? `the canary broke a guardrail: ${why}` : `the canary came to no end: ${why}`;
}

function guardrailNames({ site }: Loop): string[] {
  return (site.declaration.guardrails ?? []).map(({ guardrail }) => guardrail);
}

function rolloutOf(id: string, bundle: Hash, guardrails: readonly string[] = []) {
  return { id, bundle, salt: id, shareBasisPoints: 0, guardrails };
}

export function waitOf({ entry, site, season, signal }: Loop, stage: string): Wait {
  const { pollMillis } = site;
  return {
    owner: entry.id,
    stage,
    patienceMicros: patienceMicros(site),
    pollMillis,
    signal,
    nowMicros: season.nowMicros,
  };
}
