// Which HTTP status a problem has, by its code. First match wins; a code that no line knows is our own fault (500), and
// then the client is told the code alone.

const statuses: readonly (readonly [RegExp, number])[] = [
  [/^ASSAY_SERVER_(?:NO_KEY|UNKNOWN_KEY|LINK_SPENT)$/, 401],
  [/^ASSAY_SERVER_(?:MISSING_RIGHT|CROSS_SITE)$/, 403],
  [/^ASSAY_SERVER_(?:UNKNOWN_FIELD|MISSING_FIELD|BAD_VALUE|NOT_JSON|BAD_REQUEST)$/, 400],
  [/^ASSAY_SERVER_MEDIA_TYPE$/, 415],
  [/^ASSAY_SERVER_(?:BODY_TOO_LARGE|TOO_MANY_EVENTS)$/, 413],
  [/^ASSAY_SERVER_(?:UNKNOWN_ROUTE|\w+_NOT_FOUND)$/, 404],
  [/^ASSAY_SERVER_(?:RESERVED_\w+|EVENT_REFUSED|BAD_KEY_NAME|UNKNOWN_RIGHT)$/, 422],
  [/^ASSAY_SERVER_NO_BUNDLE$/, 409],
  // Names inside a request that is well formed otherwise.
  [/^ASSAY_DECISIONS_(?:UNKNOWN_\w+|MISSING_\w+|BAD_\w+|BUNDLE_REFUSED)$/, 422],
  [/^ASSAY_HISTORY_(?:UNKNOWN_(?:EVENT|COLUMN|KEY|CATEGORY)|BAD_\w+|NOT_\w+|MISSING_FIELD|FUTURE|KNOWN_BEFORE)$/, 422],
  [/^ASSAY_POLICY_(?:NO_REFERRAL|OTHER_BUNDLE|BEFORE_REFERRAL)$/, 409],
  [/^ASSAY_POLICY_/, 422],
  [/^ASSAY_LEARNING_OTHER_BUNDLE$/, 422],
  [
    /^ASSAY_LEARNING_(?:NOT_DECLARED|NO_CHAMPION|LOOP_UNDER_WAY|STOPPED|FROZEN|COOLING_DOWN|TOO_MANY_LOOPS|NOT_PAUSED|ALREADY_ANSWERED|LOOP_ENDED)$/,
    409,
  ],
  [/^ASSAY_MONITORING_NOT_OPEN$/, 409],
  [/_(?:NOT_FOUND|NO_DECISION|UNKNOWN_\w+|NO_SUCH_\w+)$/, 404],
  [
    /_(?:KEY_REUSED|CONFLICT|OTHER_THING|NOT_REFERRED|ALREADY_CLOSED|NOTHING_RELEASED|NOTHING_TO_ROLL_BACK|RUN_MISMATCH)$/,
    409,
  ],
  [/^ASSAY_VAULT_ERASED$/, 410],
  [
    /_(?:LOCKED|CLOSING|UNREACHABLE|DISK_FULL|LOG_FULL|LOG_FAILED|LOG_CLOSED|STORE_FULL|STORE_FAILED|WORKER_LOST|NO_RELEASE)$/,
    503,
  ],
];

export const UNFORESEEN = 500;

export function statusOf(code: string): number {
  return statuses.find(([pattern]) => pattern.test(code))?.[1] ?? UNFORESEEN;
}

/** Codes that say history takes no writes. */
export function isWriteFailure(code: string): boolean {
  return /^ASSAY_HISTORY_(?:LOG|STORE)_(?:FULL|FAILED|CLOSED)$/.test(code);
}
