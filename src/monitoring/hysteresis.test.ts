import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Hysteresis, nextTrack, type Sight, type Track } from "./hysteresis.ts";

const rules: Hysteresis = { openAfter: 2, closeAfter: 3 };

/** Every state in turn; one that is over begins anew. */
function statesOf(sights: readonly Sight[], hysteresis: Hysteresis): (Track | null)[] {
  let track: Track | null = null;
  return sights.map((sight) => {
    track = nextTrack(track?.state === "closed" ? null : track, sight, hysteresis);
    return track;
  });
}
const printed = (text: string) =>
  statesOf(
    Array.from(text, (mark) => (mark === "x" ? "seen" : mark === "." ? "unseen" : "unknown")),
    rules,
  ).map((track) => track?.state ?? "none");

describe("an alert", () => {
  it("opens after two in a row and closes after three without", () => {
    expect(printed("x.xx..x...")).toEqual([
      "pending",
      "none",
      "pending",
      "open",
      "open",
      "open",
      "open",
      "open",
      "open",
      "closed",
    ]);
  });
  it("begins anew where the finding comes back", () => {
    expect(printed("xx...xx").slice(4)).toEqual(["closed", "pending", "open"]);
  });
  it("is left as it is by reports that could not look", () => {
    expect(printed("x??x.?.??.")).toEqual([...Array(3).fill("pending"), ...Array(6).fill("open"), "closed"]);
  });
});

const sights = fc.array(fc.constantFrom<Sight>("seen", "unseen", "unknown"), { maxLength: 60 });
const hysteresis = fc.record({ openAfter: fc.integer({ min: 1, max: 4 }), closeAfter: fc.integer({ min: 1, max: 4 }) });

describe("whatever is reported", () => {
  it("it never flickers: between opening and closing lie as many reports without it as declared", () => {
    fc.assert(
      fc.property(sights, hysteresis, (seen, declared) => {
        const states = statesOf(seen, declared).map((track) => track?.state);
        let without = 0;
        let inRow = 0;
        for (const [i, state] of states.entries()) {
          const before = states[i - 1];
          const alive = before === "open";
          if (seen[i] === "seen") [without, inRow] = [0, inRow + 1];
          if (seen[i] === "unseen") [without, inRow] = [without + 1, 0];
          if (state === "open" && !alive) expect(inRow).toBeGreaterThanOrEqual(declared.openAfter);
          if (state === "closed" && alive) expect(without).toBe(declared.closeAfter);
          if (alive && without < declared.closeAfter) expect(state).toBe("open");
          if (state === "closed") inRow = 0;
        }
      }),
    );
  });

  it("an acknowledged one stays so until it closes, and a closed one stays closed", () => {
    const acknowledged: Track = { state: "acknowledged", seen: 1, unseen: 0 };
    fc.assert(
      fc.property(sights, hysteresis, (seen, declared) => {
        let track: Track | null = acknowledged;
        let closed = false;
        for (const sight of seen) {
          track = nextTrack(track, sight, declared);
          closed ||= track?.state === "closed";
          expect(track?.state).toBe(closed ? "closed" : "acknowledged");
        }
      }),
    );
  });
});
