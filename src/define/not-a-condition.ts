// A type and nothing else. TypeScript reports an error where something with a callable `then` stands as a condition, so
// `a && b`, `a ? b : c` and `if (a)` over expressions do not compile: they would silently keep one side. At run time
// there is no such member.

export interface NotACondition {
  /** An expression is not a condition: use both(…), either(…) or .is(…). Never call or await this; it does not exist. */
  then(yes: (sentence: "an expression is not a condition: use both(…) or either(…)") => void): void;
}
