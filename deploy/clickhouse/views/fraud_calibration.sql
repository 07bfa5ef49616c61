-- How near scores were to what came true, by the week in which orders were placed and by band of the
-- score. The interval is that of Wilson (1927): chance alone leaves 19 of 20 bands within theirs.
--
-- Frauds become known before the rest is known to be none, so a week of which little is known looks as if
-- it had been trusted too much: compare known with orders. Of an order the last score and the last word
-- count.
CREATE OR REPLACE VIEW fraud_calibration
(
    week Date COMMENT 'Monday of the week (UTC) in which the orders were placed.',
    scoreFrom Float64 COMMENT 'Where the band begins; a score on it is in it.',
    scoreTo Float64 COMMENT 'Where it ends, and the next one begins; 1 is in the last one.',
    orders UInt64 COMMENT 'Orders with such a score.',
    known UInt64 COMMENT 'Of these, those of which it is known whether they were fraud.',
    frauds UInt64 COMMENT 'Of these, frauds.',
    predicted Nullable(Float64) COMMENT 'Mean score of the known: the share that was expected to be fraud; null: none is known.',
    actual Nullable(Float64) COMMENT 'The share that was; null likewise.',
    actualLow Nullable(Float64) COMMENT 'Lower end of its 95 % interval; null likewise.',
    actualHigh Nullable(Float64) COMMENT 'Upper end of it; null likewise.'
)
AS WITH
    [0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1.] AS edges,
    1.96 AS z,
    (actual + z * z / (2 * known)) / (1 + z * z / known) AS middle,
    z * sqrt(actual * (1 - actual) / known + z * z / (4 * known * known)) / (1 + z * z / known) AS reach
SELECT
    week,
    edges[band] AS scoreFrom,
    edges[band + 1] AS scoreTo,
    countIf(NOT isKnown) AS orders,
    countIf(isKnown) AS known,
    countIf(isKnown AND isFraud) AS frauds,
    avgOrNullIf(score, isKnown) AS predicted,
    if(known > 0, frauds / known, NULL) AS actual,
    greatest(middle - reach, 0) AS actualLow,
    least(middle + reach, 1) AS actualHigh
FROM
(
    SELECT
        toMonday(at, 'UTC') AS week,
        score,
        isKnown,
        isFraud,
        -- The last edge begins no band.
        greatest(arrayCount(edge -> edge <= score, arrayPopBack(edges)), 1) AS band
    FROM
    (
        SELECT subjectId, occurredAt AS at, score, false AS isKnown, false AS isFraud
        FROM fraud_scores
        WHERE subjectType = 'ORDER'
        ORDER BY subjectId, _offset DESC
        LIMIT 1 BY subjectId
        UNION ALL
        SELECT orderId, placedAt AS at, assumeNotNull(said) AS score, true AS isKnown, isFraud
        FROM
        (
            SELECT orderId, placedAt, score AS said, isFraud
            FROM fraud_outcomes
            ORDER BY orderId, _offset DESC
            LIMIT 1 BY orderId
        )
        WHERE isNotNull(said)
    )
)
GROUP BY week, band
COMMENT 'How near scores were to what came true, by week and band of the score.';
