// What is known about a card holder: statements, one account snapshot, the outcome; and what is asked.

import {
  boolean,
  category,
  days,
  entity,
  event,
  integer,
  money,
  optional,
  prohibited,
  request,
  sensitive,
} from "assay";

export const twd = money("TWD");
export const taipei = "Asia/Taipei";

export const borrower = entity("borrower");

export const statement = event("statement", borrower, {
  delay: days(2),
  fields: {
    billed: twd,
    paid: twd,
    /** April to August: -2 no consumption, -1 paid in full, 0 revolving (both as users of the data read them), n months late. */
    status: optional(integer),
    /** September: the same codes on another scale, so never mixed with `status`. */
    statusAtReview: optional(integer),
    nothingOwed: boolean,
  },
});

export const account = event("account", borrower, {
  fields: {
    creditLimit: twd,
    sex: prohibited(category("male", "female")),
    education: sensitive(
      category(
        "graduate school",
        "university",
        "high school",
        "other",
        "undocumented 0",
        "undocumented 5",
        "undocumented 6",
      ),
    ),
    maritalStatus: prohibited(category("married", "single", "other", "undocumented 0")),
    age: prohibited(integer),
  },
});

/** Shows whether the payment due in October was missed; it says "missed", not "defaulted". */
export const outcome = event("outcome", borrower, { fields: { missed: boolean } });

export const lineRequest = request("lineRequest", { parties: { applicant: borrower }, fields: { increase: twd } });
