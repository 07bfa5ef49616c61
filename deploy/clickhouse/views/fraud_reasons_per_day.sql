-- Why orders and logins were not simply allowed: by day, market, action and first reason, with how many turned out
-- to be fraud. Of a subject the last score counts, of an order the last word. Nobody says of a login
-- whether it was fraud.
CREATE OR REPLACE VIEW fraud_reasons_per_day
(
    day Date COMMENT 'Of event time (UTC).',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    subjectType String COMMENT 'ORDER or LOGIN.',
    action String COMMENT 'STEP_UP, HOLD, DECLINE or FREEZE.',
    reason Nullable(String) COMMENT 'Code of the first reason; null: none was given.',
    alerts UInt64 COMMENT 'Orders or logins.',
    scoreMean Float64 COMMENT 'Mean of their scores.',
    known UInt64 COMMENT 'Of the orders, those of which it is known whether they were fraud.',
    frauds UInt64 COMMENT 'Of these, frauds.',
    fraudShare Nullable(Float64) COMMENT 'Their share of the known, from 0 to 1; null: none is known.'
)
AS WITH
    alert AS
    (
        SELECT
            subjectType, subjectId, market, occurredAt, score, action,
            nullIf(reasons[1].code, '') AS code
        FROM
        (
            SELECT subjectType, subjectId, market, occurredAt, score, action, reasons
            FROM fraud_scores
            ORDER BY subjectId, _offset DESC
            LIMIT 1 BY subjectId, subjectType
        )
        WHERE action != 'ALLOW'
    ),
    word AS
    (
        SELECT orderId, isFraud, true AS isKnown
        FROM fraud_outcomes
        WHERE orderId IN (SELECT subjectId FROM alert WHERE subjectType = 'ORDER')
        ORDER BY orderId, _offset DESC
        LIMIT 1 BY orderId
    )
SELECT
    day,
    market,
    subjectType,
    action,
    code AS reason,
    count() AS alerts,
    avg(score) AS scoreMean,
    countIf(isKnown) AS known,
    countIf(isKnown AND isFraud) AS frauds,
    if(known > 0, frauds / known, NULL) AS fraudShare
FROM
(
    SELECT
        toDate(alert.occurredAt) AS day,
        alert.market AS market,
        toString(alert.subjectType) AS subjectType,
        toString(alert.action) AS action,
        alert.code AS code,
        alert.score AS score,
        word.isFraud AS isFraud,
        alert.subjectType = 'ORDER' AND word.isKnown AS isKnown
    FROM alert
    LEFT JOIN word ON alert.subjectId = word.orderId
)
GROUP BY day, market, subjectType, action, reason
COMMENT 'Why orders and logins were not simply allowed, by day, and how many turned out to be fraud.';
