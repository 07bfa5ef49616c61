-- How many frauds of a week were found, and how many of those that were flagged were none, as it was known
-- so many days after each order: precision and recall as labels mature.
--
-- Flagged is an order from a score on, or from an action on (ALLOW is the mildest, FREEZE the harshest; the
-- action also knows of amounts and limits). A row is there once all orders of the week are that old. What
-- nobody has said anything of yet is neither fraud nor none: precision is of those that are known, and
-- precisionMin counts all others as none. Frauds that never become known are in no figure.
CREATE OR REPLACE VIEW fraud_detection
(
    week Date COMMENT 'Monday of the week (UTC) in which the orders were placed.',
    ageDays UInt16 COMMENT 'As it was known so many days after each order.',
    rule String COMMENT 'SCORE: flagged from a threshold on; ACTION: from an action on.',
    threshold Nullable(Float64) COMMENT 'The score that it is flagged from; null: by the action.',
    action Nullable(String) COMMENT 'The mildest action that it is flagged by; null: by the score.',
    orders UInt64 COMMENT 'Orders of the week that were scored.',
    known UInt64 COMMENT 'Of these, those of which it was known by then whether they were fraud.',
    frauds UInt64 COMMENT 'Of these, frauds.',
    flagged UInt64 COMMENT 'Orders that were flagged.',
    flaggedKnown UInt64 COMMENT 'Of these, known by then.',
    caught UInt64 COMMENT 'Of these, frauds.',
    precision Nullable(Float64) COMMENT 'Share of frauds among the flagged that were known; null: none was.',
    precisionMin Nullable(Float64) COMMENT 'The same among all flagged; null: none was.',
    recall Nullable(Float64) COMMENT 'Share of the known frauds that was flagged; null: there was none.'
)
AS WITH
    [0.01, 0.02, 0.05, 0.1, 0.2, 0.5] AS thresholds,
    ['STEP_UP', 'HOLD', 'DECLINE', 'FREEZE'] AS actions,
    [1, 3, 7, 14, 30, 60, 90] AS ages,
    newest AS
    (
        SELECT greatest(
            (SELECT max(occurredAt) FROM fraud_scores),
            (SELECT max(occurredAt) FROM fraud_outcomes)) AS at
    ),
    -- How many thresholds and actions an order has reached: it is flagged by all up to there.
    counted AS
    (
        SELECT
            week, ageDays, scoreRank, actionRank,
            countIf(NOT isKnown) AS scoredOrders,
            countIf(isKnown) AS knownOrders,
            countIf(isKnown AND isFraud) AS knownFrauds
        FROM
        (
            SELECT
                toMonday(occurredAt, 'UTC') AS week,
                arrayJoin(ages) AS ageDays,
                arrayCount(threshold -> threshold <= score, thresholds) AS scoreRank,
                indexOf(actions, toString(action)) AS actionRank,
                false AS isKnown,
                false AS isFraud
            FROM
            (
                SELECT subjectId, occurredAt, score, action
                FROM fraud_scores
                WHERE subjectType = 'ORDER'
                ORDER BY subjectId, _offset DESC
                LIMIT 1 BY subjectId
            )
            UNION ALL
            SELECT
                toMonday(placed, 'UTC') AS week,
                ageDays,
                arrayCount(threshold -> threshold <= scored, thresholds) AS scoreRank,
                indexOf(actions, chosen) AS actionRank,
                true AS isKnown,
                arrayLast(word -> word.1 <= placed + toIntervalDay(ageDays), words).3 AS isFraud
            FROM
            (
                SELECT
                    orderId,
                    argMax(placedAt, _offset) AS placed,
                    argMax(score, _offset) AS scored,
                    ifNull(argMax(action, _offset), '') AS chosen,
                    arraySort(groupArray((occurredAt, _offset, isFraud))) AS words
                FROM fraud_outcomes
                WHERE isNotNull(score)
                GROUP BY orderId
            )
            ARRAY JOIN ages AS ageDays
            WHERE words[1].1 <= placed + toIntervalDay(ageDays)
        )
        WHERE week + 7 + ageDays <= (SELECT at FROM newest)
        GROUP BY week, ageDays, scoreRank, actionRank
    )
SELECT
    week,
    toUInt16(ageDays) AS ageDays,
    flag.1 AS rule,
    if(rule = 'SCORE', thresholds[flag.2], NULL) AS threshold,
    if(rule = 'ACTION', actions[flag.2], NULL) AS action,
    sum(scoredOrders) AS orders,
    sum(knownOrders) AS known,
    sum(knownFrauds) AS frauds,
    sumIf(scoredOrders, isFlagged) AS flagged,
    sumIf(knownOrders, isFlagged) AS flaggedKnown,
    sumIf(knownFrauds, isFlagged) AS caught,
    if(flaggedKnown > 0, caught / flaggedKnown, NULL) AS precision,
    if(flagged > 0, caught / flagged, NULL) AS precisionMin,
    if(frauds > 0, caught / frauds, NULL) AS recall
FROM
(
    SELECT
        week, ageDays, flag, scoredOrders, knownOrders, knownFrauds,
        if(flag.1 = 'SCORE', scoreRank, actionRank) >= flag.2 AS isFlagged
    FROM counted
    ARRAY JOIN arrayConcat(
        arrayMap(place -> ('SCORE', place), arrayEnumerate(thresholds)),
        arrayMap(place -> ('ACTION', place), arrayEnumerate(actions))) AS flag
)
GROUP BY week, ageDays, flag
COMMENT 'Precision and recall by week, threshold and action, as it was known so many days after each order.';
