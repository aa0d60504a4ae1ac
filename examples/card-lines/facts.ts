// What the published data does not hold and this example had to invent, and what a reader must know before believing it.
// Shown on the page and in the README, so that there is one list.

export const invented: readonly string[] = [
  "Requests. Nobody in the source asked for anything: every card holder is taken to ask for a line increase of 25 % on 3 October 2005 at noon in Taipei.",
  "Dates. The source names months only: a statement is dated 00:00 in Taipei on the first day of the next month and known two days later.",
  "The limit's date. The source holds one undated limit: it is taken as a snapshot known at the review.",
  "When outcomes became known. Two thirds on 5 November 2005, the rest in four monthly batches, drawn at random.",
  "Policy. Cut-offs, the half-size counter-offer and the referral band are examples, not anybody's practice; there are no prices or losses in the source.",
  "Jurisdiction. The bank was Taiwanese; decisions are treated as if the United States' Regulation B applied.",
  "The story's second half. Applicants ask again while a loop lets a challenger in, a release by hand is broken on purpose, and a drill breaks a field in a copy of events that no log ever sees.",
];

export const caveats: readonly string[] = [
  "The label says that next month's payment was missed. It is not a credit default: 795 people with no bill and no payment in six months carry it at 37.6 %.",
  "Outcomes exist for declined people because the account stays open. Origination would not show them.",
  "September's repayment status is on another scale than the earlier months' (status 1 occurs 3,688 times in September and 28 times in August), so it is a field of its own.",
  "1,689 people carry status 1 in September and owe nothing: such a status is flagged and is never a reason.",
  "Codes that the publisher does not document (education 0, 5, 6; marital status 0; repayment status -2 and 0) are kept as they are.",
  "Sex, marital status and age are prohibited bases under the Equal Credit Opportunity Act; education is barred by this example's policy. All four go to the vault at ingest and reach no feature. Race and ethnicity are absent from the source, so nothing can be said about them.",
  "The models are fitted on outcomes of October and used for decisions of October about other people: a back-test on unseen borrowers, not a forecast in time.",
];
