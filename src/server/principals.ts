// Who holds a token, remembered for a few seconds so that a decision costs no extra query. A revocation empties the
// memory of every process that listens; one that lost the database forgets by itself.

import type { Metadata } from "../storage/index.ts";
import { isTokenShaped, KEYS_CHANNEL, type Keys, tokenHash } from "./keys.ts";
import type { Principal } from "./rights.ts";

const REMEMBERED_MS = 5_000;
const REMEMBERED_AT_MOST = 10_000;

export interface Principals {
  of(kind: "key" | "session", token: string): Promise<Principal | undefined>;
  close(): Promise<void>;
}

export async function openPrincipals(metadata: Metadata, keys: Keys): Promise<Principals> {
  const remembered = new Map<string, { readonly principal: Principal; readonly untilMs: number }>();
  // Answers that were asked for before a revocation must not be kept after it.
  let generation = 0;
  const stop = await metadata.listen(KEYS_CHANNEL, () => {
    generation++;
    remembered.clear();
  });
  return {
    async of(kind, token) {
      if (!isTokenShaped(token)) return undefined;
      const name = `${kind} ${tokenHash(token)}`;
      const known = remembered.get(name);
      if (known !== undefined && known.untilMs > performance.now()) return known.principal;
      const asked = generation;
      const principal = await keys.principalOf(kind, token);
      if (principal === undefined) return undefined;
      if (remembered.size >= REMEMBERED_AT_MOST) remembered.clear();
      if (asked === generation) remembered.set(name, { principal, untilMs: performance.now() + REMEMBERED_MS });
      return principal;
    },
    close: stop,
  };
}
