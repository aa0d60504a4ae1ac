// `learn@1`: a loop from a snapshot to its verdict, as a durable workflow. What runs between steps reads nothing but what
// steps gave, so a worker that was killed comes to the same place again. Whatever happens, the evidence is kept first and
// the book closed second.

import type { Hash } from "../base/index.ts";
import type { RunStep, Workflow } from "./engine.ts";
import type { GateResult, GuardrailLook, LoopDocument, LoopStep, StepRecord } from "./loop-document.ts";
import type { LoopSite } from "./loop-site.ts";
import { type Gathered, type Ground, gatherDataset, takeSnapshot } from "./loop-steps/gather.ts";
import { askGates, awaitApproval, evaluateChallenger, trainCandidates } from "./loop-steps/judge.ts";
import { canaryChallenger, prepareChallenger, shadowChallenger } from "./loop-steps/look-on.ts";
import { type Ending, type Loop, overNet, type StepOutcome } from "./loop-steps/loop-step.ts";
import { bakeChallenger, bringBack, releaseChallenger } from "./loop-steps/put-in-force.ts";

export const LEARN = "learn@1";

/** What the steps of one loop have given so far. */
interface Story {
  readonly steps: StepRecord[];
  readonly looks: GuardrailLook[];
  ground: Ground | null;
  gathered: Gathered | null;
  challenger: Hash | null;
  gates: readonly GateResult[];
  approval: LoopDocument["approval"];
}

class Ended extends Error {
  readonly ending: Ending;

  constructor(ending: Ending) {
    super(ending.why);
    this.ending = ending;
  }
}

export function learnWorkflow(site: LoopSite): Workflow {
  return async (id, step) => {
    const story: Story = {
      steps: [],
      looks: [],
      ground: null,
      gathered: null,
      challenger: null,
      gates: [],
      approval: null,
    };
    const ending = await walk(site, id, step, story);
    await step("evidence", () => conclude(site, id, story, ending));
  };
}

async function walk(site: LoopSite, id: string, step: RunStep, story: Story): Promise<Ending> {
  const run = async <T>(name: LoopStep, work: (loop: Loop) => Promise<StepOutcome<T>>, tell: (found: T) => void) => {
    const outcome = await step(name, () => overNet(site, id, name, work));
    story.steps.push({ step: name, seconds: outcome.seconds, made: outcome.made ?? {} });
    if (outcome.found !== undefined) tell(outcome.found);
    if ("end" in outcome) throw new Ended(outcome.end);
    return outcome.found;
  };
  const nothing = () => {};
  const look = ({ looks }: { readonly looks: readonly GuardrailLook[] }) => story.looks.push(...looks);
  try {
    const ground = await run("snapshot", takeSnapshot, (found) => Object.assign(story, { ground: found }));
    const gathered = await run(
      "dataset",
      (loop) => gatherDataset(loop, ground),
      (found) => Object.assign(story, { gathered: found }),
    );
    await run("train", (loop) => trainCandidates(loop, gathered), nothing);
    const judged = await run(
      "evaluate",
      (loop) => evaluateChallenger(loop, ground, gathered),
      ({ challenger }) => Object.assign(story, { challenger }),
    );
    const gated = await run(
      "gates",
      (loop) => askGates(loop, ground, gathered, judged),
      ({ gates }) => Object.assign(story, { gates }),
    );
    await run(
      "approval",
      (loop) => awaitApproval(loop, gated),
      ({ approval }) => Object.assign(story, { approval }),
    );
    await run("prepare", (loop) => prepareChallenger(loop, judged), nothing);
    await run("shadow", (loop) => shadowChallenger(loop, judged), nothing);
    await run("canary", (loop) => canaryChallenger(loop, ground, judged), look);
    const inForce = await run("release", (loop) => releaseChallenger(loop, ground, judged), nothing);
    await run("bake", (loop) => bakeChallenger(loop, ground, judged, inForce), look);
    return { verdict: "released", why: "every gate and guardrail held", problem: null };
  } catch (error) {
    if (error instanceof Ended) return error.ending;
    throw error;
  }
}

/** Nothing of the loop stays under way, its evidence is kept, and then the book says how it ended. Twice is once. */
async function conclude(
  site: LoopSite,
  id: string,
  story: Story,
  ending: Ending,
): Promise<{ readonly evidence: Hash }> {
  const { registry, book } = site;
  const { challenger, ground, gathered } = story;
  const passedRelease = story.steps.some(({ step }) => step === "release");
  if (passedRelease && challenger !== null && ending.verdict !== "released") await bringBack(site, id, challenger);
  if (story.steps.some(({ step }) => step === "prepare")) await registry.endRollout(id);
  const entry = (await book.loop(id))!;
  const { bundleName, trigger, labelCutOff } = entry;
  const { steps, looks, gates, approval } = story;
  const document: LoopDocument = {
    format: "assay.loop",
    version: 1,
    id,
    bundleName,
    trigger,
    labelCutOff,
    seed: gathered?.seed ?? "",
    champion: ground?.champion ?? entry.champion!,
    challenger,
    steps,
    gates,
    approval,
    looks,
    ...ending,
  };
  const evidence = await registry.saveDocument("loop", bundleName, document);
  await registry.saveLineage(evidence, [
    { hash: document.champion, role: "champion" },
    ...(challenger === null ? [] : [{ hash: challenger, role: "challenger" }]),
    ...(gathered === null ? [] : [{ hash: gathered.dataset, role: "dataset" }]),
  ]);
  await book.end(id, { ...ending, evidence });
  return { evidence };
}
