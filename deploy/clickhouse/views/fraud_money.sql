-- What scores have saved and lost, by week, market, currency and action: of orders of which it is known by
-- now whether they were fraud. Of an order the last word counts.
--
-- How many frauds an action stops and how many honest customers it costs, nobody can see in the rows; these
-- are the assumptions of the default policy. A second proof stops .9 of frauds, a look by an analyst .98,
-- and what is declined or frozen is stopped. An order earns 30 % of its amount; turned away, an honest one
-- earns nothing; of honest ones that are held a tenth goes away, of those asked for a second proof .02.
-- Fees of chargebacks, the work of analysts and the worth of customers who never come back are not in it.
CREATE OR REPLACE VIEW fraud_money
(
    week Date COMMENT 'Monday of the week (UTC) in which the orders were placed.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    currency String COMMENT 'Of all amounts in the row (ISO 4217).',
    action String COMMENT 'ALLOW, STEP_UP, HOLD, DECLINE or FREEZE.',
    orders UInt64 COMMENT 'Orders with this action of which it is known whether they were fraud.',
    frauds UInt64 COMMENT 'Of these, frauds.',
    honestMinor Int64 COMMENT 'What the others amount to, in minor units.',
    fraudMinor Int64 COMMENT 'What the frauds amount to.',
    savedMinor Int64 COMMENT 'Of that, what the action has stopped, as assumed.',
    lostMinor Int64 COMMENT 'The rest of it.',
    turnedAwayMinor Int64 COMMENT 'What honest orders would have earned and the action has cost, as assumed.',
    netMinor Int64 COMMENT 'Saved less turned away: what it was worth to do this and not simply allow.'
)
AS WITH
    ['ALLOW', 'STEP_UP', 'HOLD', 'DECLINE', 'FREEZE'] AS actions,
    [0, 0.9, 0.98, 1, 1] AS stops,
    [0, 0.02, 0.1, 1, 1] AS drivesAway,
    0.3 AS margin
SELECT
    toMonday(placedAt, 'UTC') AS week,
    row.market AS market,
    row.currency AS currency,
    toString(assumeNotNull(row.action)) AS action,
    count() AS orders,
    countIf(isFraud) AS frauds,
    sumIf(amountMinor, NOT isFraud) AS honestMinor,
    sumIf(amountMinor, isFraud) AS fraudMinor,
    toInt64(round(fraudMinor * stops[indexOf(actions, action)])) AS savedMinor,
    fraudMinor - savedMinor AS lostMinor,
    toInt64(round(honestMinor * margin * drivesAway[indexOf(actions, action)])) AS turnedAwayMinor,
    savedMinor - turnedAwayMinor AS netMinor
FROM
(
    SELECT orderId, placedAt, market, currency, action, isFraud, amountMinor
    FROM fraud_outcomes
    ORDER BY orderId, _offset DESC
    LIMIT 1 BY orderId
) AS row
WHERE isNotNull(row.action)
GROUP BY week, market, currency, action
COMMENT 'What scores have saved and lost, by week, market, currency and action.';
