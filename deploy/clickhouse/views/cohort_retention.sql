-- Of those who first bought in a month, how many bought in each month since.
--
-- A purchase is an order that was placed and that nothing undid: it was not cancelled, its payment was
-- not declined or was made after that, and it was not refunded in full. Only orders that name the user
-- count. Unlike in the lifecycle of a user, what was bought as a guest does not, also where the guest
-- logged in later; and who was erased counts as long as the orders are in the table.
-- What came twice counts once: an order by its id, of which the first record counts, and a refund by
-- the id of its event.
CREATE OR REPLACE VIEW cohort_retention
(
    cohort Date COMMENT 'First day of the month (UTC) of the first purchase.',
    market Nullable(String) COMMENT 'The market of the first purchase; null is a market of its own.',
    monthsSince UInt16 COMMENT 'Months since that month; 0 is the month itself.',
    month Date COMMENT 'First day of the month that is looked at.',
    customers UInt64 COMMENT 'Users whose first purchase was in that month and market.',
    buyers UInt64 COMMENT 'Of these, who bought in the month that is looked at, in any market.',
    retention Float64 COMMENT 'Their share, from 0 to 1.'
)
AS WITH
    refunded AS
    (
        SELECT ifNull(originalOrderId, orderId) AS refundedId
        FROM orders
        WHERE type = 'REFUNDED'
    ),
    declined AS
    (
        SELECT ifNull(originalOrderId, orderId) AS declinedId
        FROM orders
        WHERE type = 'PAYMENT_DECLINED'
    ),
    -- Few, so that a set of them is cheaper than a join of all orders with what undid them.
    undone AS
    (
        SELECT ifNull(originalOrderId, orderId) AS undoneId
        FROM orders
        WHERE type = 'CANCELLED'
        UNION ALL
        -- Payments that were declined, and not made after that. Of one millisecond, the later record.
        SELECT ifNull(originalOrderId, orderId) AS undoneId
        FROM orders
        WHERE type = 'PAYMENT_DECLINED'
           OR (type = 'PAID' AND undoneId IN (SELECT declinedId FROM declined))
        GROUP BY undoneId
        HAVING argMax(type, (occurredAt, _offset)) = 'PAYMENT_DECLINED'
        UNION ALL
        SELECT if(type = 'PLACED', orderId, ifNull(originalOrderId, orderId)) AS undoneId
        FROM orders
        WHERE type = 'REFUNDED'
           OR (type = 'PLACED' AND orderId IN (SELECT refundedId FROM refunded))
        GROUP BY undoneId
        HAVING arraySum(
                refund -> refund.2,
                groupUniqArrayIf((eventId, totalMinor), type = 'REFUNDED'))
            >= argMinIf(totalMinor, _offset, type = 'PLACED')
    ),
    -- Sorted as the table is, so that it is read once and not held.
    placed AS
    (
        SELECT orderId, userId, market, occurredAt
        FROM orders
        WHERE type = 'PLACED'
        ORDER BY orderId, _offset
        LIMIT 1 BY orderId
    ),
    customers AS
    (
        SELECT
            toStartOfMonth(min(occurredAt)) AS cohort,
            -- The first; of those in one millisecond, a hash decides. As a number, since the least of
            -- tuples takes three times as long to find.
            argMin(
                ifNull(market, ''),
                bitShiftLeft(toUInt128(toUnixTimestamp64Milli(occurredAt)), 64) + sipHash64(orderId)
            ) AS market,
            groupUniqArray(toStartOfMonth(occurredAt)) AS months
        FROM placed
        WHERE userId IS NOT NULL AND orderId NOT IN (SELECT undoneId FROM undone)
        GROUP BY userId
    ),
    -- Who belongs to a cohort bought in its first month, so the buyers of that are all of it.
    cohorts AS
    (
        SELECT
            cohort,
            market,
            mapFromArrays(groupArray(since), groupArray(number)) AS buyersAfter
        FROM
        (
            SELECT cohort, market, dateDiff('month', cohort, month) AS since, count() AS number
            FROM customers
            ARRAY JOIN months AS month
            GROUP BY cohort, market, since
        )
        GROUP BY cohort, market
    )
SELECT
    cohort,
    nullIf(market, '') AS market,
    arrayJoin(range(
        dateDiff('month', cohort, (SELECT toDate(max(occurredAt)) FROM orders WHERE type = 'PLACED')) + 1
    )) AS monthsSince,
    addMonths(cohort, monthsSince) AS month,
    buyersAfter[0] AS customers,
    buyersAfter[monthsSince] AS buyers,
    buyers / customers AS retention
FROM cohorts
COMMENT 'Of those who first bought in a month, how many bought in each month since.';
