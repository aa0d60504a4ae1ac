export type { Calendar, LocalTime, PeriodUnit } from "./calendar.ts";
export { calendarOf, dayOfLocal, hourOfLocal, isTimeZone, localTimeOf, nearestTimeZone } from "./calendar.ts";
export type { Json } from "./canonical-json.ts";
export { canonicalJson } from "./canonical-json.ts";
export type { CivilDay } from "./civil-date.ts";
export { dayOfMonth, formatDate, monthOfYear, parseDate, weekdayOfDay, yearOfDay } from "./civil-date.ts";
export { decayWeight, FULL_WEIGHT } from "./decay.ts";
export { formatScaled, parseScaled } from "./decimal.ts";
export { exp, log, log1p, logistic, logit, pow } from "./elementary.ts";
export {
  addSumsToSpread,
  addToSpread,
  EXACT_ROWS_MAX,
  EXACT_SQUARE_MAX,
  fromPair,
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
export { addTimes, LIMB, roundLimbs } from "./limbs.ts";
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
export { addToLine, LINE_LENGTH, lineSlope, plainSlope } from "./slope.ts";
export { parseTruth, TRUTH_WORDS } from "./truth.ts";
