import { MICROS_PER_DAY } from "../../base/index.ts";

/** The half-lives a decay may have, in microseconds: up to a hundred years. */
export const halfLives: readonly [least: number, most: number] = [1, 36_525 * MICROS_PER_DAY];
