export type { Calendar, PeriodUnit } from "./calendar.ts";
export { calendarOf, isTimeZone, nearestTimeZone } from "./calendar.ts";
export type { Json } from "./canonical-json.ts";
export { canonicalJson } from "./canonical-json.ts";
export { formatScaled, parseScaled } from "./decimal.ts";
export { exp, log, log1p, logistic, logit, pow } from "./elementary.ts";
export {
  addToSpread,
  EXACT_ROWS_MAX,
  EXACT_SQUARE_MAX,
  fromPair,
  LIMB,
  plainSpreadNumerator,
  SPREAD_LENGTH,
  spreadNumerator,
  TO_LIMBS,
} from "./exact.ts";
export type { Hash } from "./hash.ts";
export { hashBytes, hashJson, hashPrefix, hashText, sha256Bytes } from "./hash.ts";
export type { Clock, Instant } from "./instant.ts";
export {
  fixedClock,
  formatInstant,
  instant,
  MICROS_PER_DAY,
  MICROS_PER_HOUR,
  MICROS_PER_SECOND,
  parseInstant,
} from "./instant.ts";
export { invariant, unreachable } from "./invariant.ts";
export type { Missing, MissingKind } from "./missing.ts";
export { isMissing, missingCode, missingKindOf, missingKinds, PRESENT } from "./missing.ts";
export { nearest } from "./nearest.ts";
export type { Place, Problem } from "./problem.ts";
export { AssayError, formatProblem, isAssayError, problemTable } from "./problem.ts";
export type { Progress, ProgressEvent } from "./progress.ts";
export { silent } from "./progress.ts";
export type { SeededRandom } from "./random.ts";
export { seededRandom } from "./random.ts";
export { SEMANTICS } from "./semantics.ts";
