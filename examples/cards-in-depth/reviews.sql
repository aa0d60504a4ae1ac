-- Who is looked at: every card holder, on 3 October 2005 at noon, as if each asked for a quarter more than the limit.
SELECT
  'review-' || entity AS decision_id,
  '2005-10-03T12:00:00+08:00' AS t,
  entity AS applicant,
  (creditLimit * 0.25)::DECIMAL(18, 2) AS "asked.increase"
FROM account
