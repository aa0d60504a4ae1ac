// Guardrails on spans whose truth is known: looked at ten times on the way, as a wait does.

import { describe, expect, it } from "vitest";
import { missingCode, missingKindOf, type SeededRandom, seededRandom } from "../../base/index.ts";
import type { ServedDecision } from "../../decisions/index.ts";
import type { GuardrailDeclaration } from "../declaration.ts";
import type { GuardrailResult } from "../loop-document.ts";
import { ArmTally } from "./arm-tally.ts";
import { askGuardrails, LOOKS } from "./guardrail.ts";
import { scoreCells } from "./score-cells.ts";

interface Applicants {
  readonly approved?: number;
  readonly missing?: number;
  /** Added to each score; scores stand in heaps, as calibrated ones do. */
  readonly shift?: number;
  readonly late?: number;
  readonly slow?: number;
  readonly failed?: number;
}

type Seen = Parameters<ArmTally["add"]>[0];

/** Only what guardrails read of a record. */
function served(random: SeededRandom, entity: string, applicants: Applicants): Seen {
  const { approved = 0.6, missing = 0.05, shift = 0, late = 0.5, slow = 0.001 } = applicants;
  const adverse = random.next() >= approved;
  const value = () => (random.next() < missing ? { missing: missingKindOf(missingCode("no history"))! } : 1);
  const decision = {
    decidedBy: "policy",
    parties: [{ role: "applicant", entity }],
    disposition: adverse ? "decline" : "approve",
    adverse,
    outputs: [{ model: "pd", output: "pd", raw: 0, calibrated: (1 + random.integer(12)) / 20 + shift }],
    values: { "applicant.owed": value(), "applicant.late": value(), "applicant.always": 1 },
    reasons: adverse ? [{ reason: random.next() < late ? "late" : "owed" }] : [],
  } as unknown as ServedDecision["decision"];
  const timingsMicros = { read: 0, kernel: 0, decide: random.next() < slow ? 90_000 : 200 };
  return { decision, envelope: { timingsMicros } as ServedDecision["envelope"] };
}

class Side {
  readonly #tally = new ArmTally();
  readonly #random: SeededRandom;
  readonly #applicants: Applicants;
  #failed = 0;
  #taken = 0;

  constructor(seed: string, applicants: Applicants) {
    this.#random = seededRandom(seed);
    this.#applicants = applicants;
  }

  meet(people: number): void {
    for (let i = 0; i < people; i++) {
      this.#taken++;
      if (this.#random.next() < (this.#applicants.failed ?? 0.001)) this.#failed++;
      else this.#tally.add(served(this.#random, `person ${this.#taken}`, this.#applicants));
    }
  }

  get arm() {
    return { ...this.#tally.counts(), taken: this.#taken, failed: this.#failed };
  }
}

/** Results of each look until one is broken. */
function wait(
  seed: string,
  declared: readonly GuardrailDeclaration[],
  { challenger = {}, control = {} }: { readonly challenger?: Applicants; readonly control?: Applicants },
  people = 300,
): GuardrailResult[][] {
  const [ours, theirs] = [new Side(`${seed}/challenger`, challenger), new Side(`${seed}/control`, control)];
  const looks: GuardrailResult[][] = [];
  for (let look = 0; look < LOOKS; look++) {
    ours.meet(people / LOOKS);
    theirs.meet(people / LOOKS);
    looks.push(askGuardrails({ challenger: ours.arm, control: theirs.arm }, declared));
    if (looks.at(-1)!.some(({ verdict }) => verdict === "broken")) break;
  }
  return looks;
}

const all: readonly GuardrailDeclaration[] = [
  { guardrail: "errors", most: 0.02 },
  { guardrail: "latency", mostMicros: 50_000 },
  { guardrail: "approvalRate", most: 0.1 },
  { guardrail: "scoreShift", most: 0.25 },
  { guardrail: "missingRate", most: 0.1 },
  { guardrail: "reasonMix", most: 0.25 },
];

const broken = (looks: readonly GuardrailResult[][]) =>
  looks.at(-1)!.flatMap(({ name, verdict }) => (verdict === "broken" ? [name] : []));

describe("where nothing differs", () => {
  // Without a least size any difference beyond chance would break one: what is left is chance alone.
  const anySize = all.map((one) => (one.guardrail === "latency" ? one : { ...one, most: 0 }));
  const usual = { slow: 0.5, failed: 0.2 };
  it("a whole wait of ten looks is broken by chance at most once in a hundred", () => {
    const waits = 600;
    const alarms = Array.from(
      { length: waits },
      (_, run) => broken(wait(`null ${run}`, anySize, { challenger: usual, control: usual })).length > 0,
    );
    expect(alarms.filter((alarm) => alarm).length / waits).toBeLessThanOrEqual(0.01);
  });
  it("also where nearly all are approved, and few are missing", () => {
    const rare = { approved: 0.97, missing: 0.01, failed: 0.01 };
    const waits = 400;
    const sides = { challenger: rare, control: rare };
    const alarms = Array.from({ length: waits }, (_, run) => broken(wait(`rare ${run}`, anySize, sides)).length > 0);
    expect(alarms.filter((alarm) => alarm).length / waits).toBeLessThanOrEqual(0.01);
  });
  it("all hold once three hundred people on each side were met", () => {
    const last = wait("calm", all, {}).at(-1)!;
    expect(last.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(
      all.map(({ guardrail }) => `${guardrail} holds`),
    );
  });
});

describe("a real difference is caught", () => {
  it.each<[GuardrailDeclaration["guardrail"], Applicants]>([
    ["errors", { failed: 0.15 }],
    ["latency", { slow: 0.2 }],
    ["approvalRate", { approved: 0.3 }],
    ["scoreShift", { shift: 0.2 }],
    ["missingRate", { missing: 0.4 }],
    ["reasonMix", { late: 0.05 }],
  ])("by %s", (name, challenger) => {
    const waits = Array.from({ length: 40 }, (_, run) => broken(wait(`real ${name} ${run}`, all, { challenger })));
    expect(waits.filter((names) => names.includes(name)).length).toBeGreaterThanOrEqual(38);
  });
  it("and a larger one at an earlier look", () => {
    expect(wait("at once", all, { challenger: { approved: 0 } })).toHaveLength(1);
  });
  it("but not one that is smaller than declared, however sure", () => {
    const looks = wait("small", all, { challenger: { approved: 0.64 } }, 20_000);
    expect(looks).toHaveLength(LOOKS);
    expect(looks.at(-1)!.find(({ name }) => name === "approvalRate")).toMatchObject({ verdict: "holds" });
  });
  it("and not what falls on both arms alike: the machine is slow, requests fail", () => {
    const trouble = { slow: 0.2, failed: 0.15 };
    expect(broken(wait("both", all, { challenger: trouble, control: trouble }))).toEqual([]);
  });
});

describe("too few", () => {
  it("is every answer at first, and of nobody at all", () => {
    const verdicts = askGuardrails({ challenger: new Side("a", {}).arm, control: new Side("b", {}).arm }, all);
    expect(new Set(verdicts.map(({ verdict }) => verdict))).toEqual(new Set(["tooFew"]));
    expect(new Set(wait("few", all, {}, 100)[0]!.map(({ verdict }) => verdict))).toEqual(new Set(["tooFew"]));
  });
  it("while chance alone could show a difference as large as declared", () => {
    const narrow = [{ guardrail: "approvalRate", most: 0.01 }] as const;
    expect(wait("narrow", narrow, {}, 1_000).at(-1)![0]!.verdict).toBe("tooFew");
  });
  it("where the two read nothing in common", () => {
    const arm = { ...new Side("a", {}).arm, missing: {} };
    const [result] = askGuardrails({ challenger: arm, control: arm }, [{ guardrail: "missingRate", most: 0.1 }]);
    expect(result).toMatchObject({ verdict: "tooFew", challenger: null, control: null });
  });
});

describe("counting", () => {
  const once = (entity: string, more: object = {}) => {
    const { decision, envelope } = served(seededRandom(entity), entity, { approved: 1 });
    return { decision: { ...decision, ...more }, envelope } as Seen;
  };
  it("counts a person once, and nothing that a person decided", () => {
    const tally = new ArmTally();
    tally.add(once("a"));
    tally.add(once("a", { disposition: "decline", adverse: true }));
    tally.add(once("b"));
    tally.add(once("c", { decidedBy: "person" }));
    expect(tally.counts()).toMatchObject({ decisions: 3, people: 2, approved: 2, reasons: {} });
    expect(tally.counts().micros).toHaveLength(3);
  });
  it("keeps a heap of scores that moved a little in its cell", () => {
    const heaps = (by: number) => Array.from({ length: 100 }, (_, i) => (i % 5) / 10 + by);
    expect(scoreCells(heaps(0), heaps(0.01))).toEqual({
      control: { 1: 20, 2: 20, 3: 20, 4: 20, 5: 20 },
      challenger: { 1: 20, 2: 20, 3: 20, 4: 20, 5: 20 },
    });
    expect(scoreCells([], [1])).toEqual({ control: { 1: 0 }, challenger: { 1: 1 } });
  });
});
