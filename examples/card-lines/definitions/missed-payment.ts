import { days, label, occurs } from "assay";
import { borrower, outcome } from "./portfolio.ts";

/** "Missed payment next month", known only where an outcome event shows it: absent is missing, never good. */
export const missedPayment = label("missedPayment", borrower, {
  bad: occurs(outcome.where({ missed: true })).next(days(30)),
  observedBy: occurs(outcome).next(days(30)),
});
