// How long a step took, in seconds or, where it is long, in minutes and hours.

import { MICROS_PER_SECOND } from "../../../base/index.ts";
import { durationText } from "../monitoring/duration-text.ts";
import { decimals, withUnit } from "../number-text.ts";

export function secondsText(seconds: number): string {
  return seconds < 60 ? withUnit(decimals(seconds, 1), "s") : durationText(seconds * MICROS_PER_SECOND);
}
