// Who was erased stands in nothing that is built, also where it happened while it was built.

import { AssayError } from "../base/index.ts";
import type { SpineRow } from "../datasets/index.ts";
import { problems } from "./errors.ts";
import type { SeasonSite } from "./season-site.ts";

interface Building<T> {
  /** What the spine is of. */
  readonly name: string;
  readonly spine: readonly SpineRow[];
  build(): Promise<T>;
  withdraw(built: T, why: string): Promise<void>;
}

/** Throws ASSAY_LEARNING_ERASED_PEOPLE: then nothing of it is left. */
export async function withoutErased<T>({ vault }: Pick<SeasonSite, "vault">, building: Building<T>): Promise<T> {
  await checkNobodyErased(building, vault);
  const built = await building.build();
  try {
    await checkNobodyErased(building, vault);
  } catch (error) {
    await building.withdraw(built, "somebody in it was erased while it was built");
    throw error;
  }
  return built;
}

async function checkNobodyErased(
  { name, spine }: Pick<Building<unknown>, "name" | "spine">,
  vault: SeasonSite["vault"],
): Promise<void> {
  const erased = await vault.erased(new Set(spine.flatMap(({ parties }) => Object.values(parties))));
  if (erased.size === 0) return;
  throw new AssayError(problems.ERASED_PEOPLE(`the spine of "${name}"`, { people: erased.size }));
}
