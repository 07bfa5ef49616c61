-- What became of recommended prices: of each AUTO and TEST, whether a price followed, and what was sold
-- and earned before and after it.
--
-- A price followed where it was set to what was recommended, of the same article in the same market, from
-- the recommendation on: within the epoch of a TEST, within three days of an AUTO. It is compared over the
-- 14 days before it and as long as it stood after it, 14 days at most. Units and time count as far as
-- there was stock. Profit is by the unit cost of the recommendation, taxes aside.
--
-- Days are whole spans: of a span that began before the 14 days and ended in them, all counts. Spans end
-- with each day and each price.
CREATE OR REPLACE VIEW recommendation_outcomes
(
    sku String COMMENT 'The stock keeping unit.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    currency String COMMENT 'Of all amounts in the row (ISO 4217).',
    occurredAt DateTime64(3, 'UTC') COMMENT 'When it was recommended, in event time.',
    action String COMMENT 'AUTO or TEST.',
    epoch Nullable(Int64) COMMENT 'Of a TEST: the number of its span; null: AUTO.',
    currentPriceMinor Int64 COMMENT 'The price then, in minor units.',
    recommendedPriceMinor Int64 COMMENT 'The price recommended, in minor units.',
    outcome String COMMENT 'FOLLOWED; NOTHING_TO_DO: it was the price already; REPEATED: the same came again before anything was done; OPEN: there is still time; NOT_FOLLOWED.',
    followedAt Nullable(DateTime64(3, 'UTC')) COMMENT 'When the price was set; null: it was not.',
    followedBy Nullable(String) COMMENT 'The event in prices that set it; null: none did.',
    daysBefore Nullable(Float64) COMMENT 'Days in stock among the 14 before it was set; null: it was not.',
    daysAfter Nullable(Float64) COMMENT 'Days in stock since, as long as it stood, 14 at most; null likewise.',
    unitsPerDayBefore Nullable(Float64) COMMENT 'Units a day in the days before; null: there are none.',
    unitsPerDayAfter Nullable(Float64) COMMENT 'Units a day in the days after; null: there are none.',
    profitPerDayBeforeMinor Nullable(Float64) COMMENT 'Revenue less cost a day in the days before, in minor units; null: no days, or the cost is not known.',
    profitPerDayAfterMinor Nullable(Float64) COMMENT 'The same in the days after; null likewise.',
    profitChangePctExpected Float64 COMMENT 'Change of profit that was expected, in percent.',
    profitChangePctP05 Float64 COMMENT '5th percentile of that.',
    profitChangePctP95 Float64 COMMENT '95th percentile of that.',
    profitChangePctSeen Nullable(Float64) COMMENT 'From the profit before to that after, in percent of the one before; null: one of them is not known, or there was none before.',
    resultId String COMMENT 'Of the recommendation, in price_recommendations.'
)
AS WITH
    -- With the moment until which a price may follow, and the recommendation after it.
    recommended AS
    (
        SELECT
            *,
            ifNull(market, '') AS ofMarket,
            if(isNull(validUntil), occurredAt + INTERVAL 3 DAY, assumeNotNull(validUntil)) AS openUntil,
            leadInFrame(recommendedPriceMinor) OVER later AS nextPriceMinor,
            leadInFrame(toString(action)) OVER later AS nextAction,
            leadInFrame(occurredAt) OVER later AS nextAt
        FROM price_recommendations
        WHERE action IN ('AUTO', 'TEST')
        WINDOW later AS (
            PARTITION BY sku, ifNull(market, '')
            ORDER BY _offset
            ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
    ),
    -- Where the shown price changed, and until when it stood; far ahead where it still does.
    changed AS
    (
        SELECT
            sku, ofMarket, occurredAt, eventId, shownPriceMinor,
            leadInFrame(occurredAt, 1, toDateTime64('2299-12-31 00:00:00', 3, 'UTC')) OVER (
                PARTITION BY sku, ofMarket
                ORDER BY occurredAt, _offset
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS stoodUntil
        FROM
        (
            SELECT
                sku, ifNull(market, '') AS ofMarket, occurredAt, _offset, eventId, shownPriceMinor,
                lagInFrame(shownPriceMinor, 1, -1) OVER (
                    PARTITION BY sku, ofMarket
                    ORDER BY occurredAt, _offset
                    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS priceBefore
            FROM prices
            WHERE sku IN (SELECT sku FROM recommended)
        )
        WHERE shownPriceMinor != priceBefore
    ),
    -- A price follows the last recommendation of it; of several prices, the first.
    followed AS
    (
        SELECT
            resultId,
            any(sku) AS sku,
            any(ofMarket) AS ofMarket,
            min(at) AS followedAt,
            argMin(eventId, at) AS followedBy,
            least(argMin(stoodUntil, at), followedAt + INTERVAL 14 DAY) AS followedUntil
        FROM
        (
            SELECT
                told.resultId AS resultId, change.sku AS sku, change.ofMarket AS ofMarket,
                change.occurredAt AS at, change.eventId AS eventId, change.stoodUntil AS stoodUntil,
                told.openUntil AS openUntil
            FROM changed AS change
            ASOF INNER JOIN recommended AS told
                ON change.sku = told.sku
                AND change.ofMarket = told.ofMarket
                AND change.shownPriceMinor = told.recommendedPriceMinor
                AND change.occurredAt >= told.occurredAt
        )
        WHERE at < openUntil
        GROUP BY resultId
    ),
    -- Sums over all that ended by each of three moments, in one walk through spans and moments. Of
    -- numbers that are whole, so that what is between two moments is exact.
    sums AS
    (
        SELECT
            resultId,
            place,
            sum(units) OVER walk AS unitsThen,
            sum(revenueMinor) OVER walk AS revenueThen,
            sum(stockMs) OVER walk AS stockThen
        FROM
        (
            SELECT
                sku, ifNull(market, '') AS ofMarket, endedAt AS at, 0 AS place, '' AS resultId,
                units, units * shownPriceMinor AS revenueMinor, toInt64(round(hours * 3600000)) AS stockMs
            FROM demand_observations
            WHERE hours > 0 AND (sku, ifNull(market, '')) IN (SELECT sku, ofMarket FROM followed)
            UNION ALL
            SELECT
                sku, ofMarket, moment.1 AS at, moment.2 AS place, resultId,
                0 AS units, 0 AS revenueMinor, 0 AS stockMs
            FROM followed
            ARRAY JOIN [
                (followedAt - INTERVAL 14 DAY, 1), (followedAt, 2), (followedUntil, 3)] AS moment
        )
        -- What ended at a moment is before it.
        WINDOW walk AS (
            PARTITION BY sku, ofMarket
            ORDER BY at, place
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
    ),
    compared AS
    (
        SELECT
            resultId,
            sumIf(unitsThen, place = 2) - sumIf(unitsThen, place = 1) AS unitsBefore,
            sumIf(unitsThen, place = 3) - sumIf(unitsThen, place = 2) AS unitsAfter,
            sumIf(revenueThen, place = 2) - sumIf(revenueThen, place = 1) AS revenueBefore,
            sumIf(revenueThen, place = 3) - sumIf(revenueThen, place = 2) AS revenueAfter,
            (sumIf(stockThen, place = 2) - sumIf(stockThen, place = 1)) / 86400000 AS stockedBefore,
            (sumIf(stockThen, place = 3) - sumIf(stockThen, place = 2)) / 86400000 AS stockedAfter
        FROM sums
        WHERE place > 0
        GROUP BY resultId
    )
SELECT
    told.sku AS sku,
    told.market AS market,
    told.currency AS currency,
    told.occurredAt AS occurredAt,
    toString(told.action) AS action,
    told.epoch AS epoch,
    told.currentPriceMinor AS currentPriceMinor,
    told.recommendedPriceMinor AS recommendedPriceMinor,
    followed.followedBy != '' AS isFollowed,
    multiIf(
        isFollowed, 'FOLLOWED',
        currentPriceMinor = recommendedPriceMinor, 'NOTHING_TO_DO',
        action = 'AUTO' AND nextAction = 'AUTO' AND nextPriceMinor = recommendedPriceMinor
            AND nextAt < openUntil, 'REPEATED',
        openUntil > greatest(
            (SELECT max(occurredAt) FROM price_recommendations),
            (SELECT max(occurredAt) FROM prices)), 'OPEN',
        'NOT_FOLLOWED') AS outcome,
    if(isFollowed, followed.followedAt, NULL) AS followedAt,
    if(isFollowed, followed.followedBy, NULL) AS followedBy,
    if(isFollowed, stockedBefore, NULL) AS daysBefore,
    if(isFollowed, stockedAfter, NULL) AS daysAfter,
    if(daysBefore > 0, unitsBefore / daysBefore, NULL) AS unitsPerDayBefore,
    if(daysAfter > 0, unitsAfter / daysAfter, NULL) AS unitsPerDayAfter,
    if(daysBefore > 0, (revenueBefore - unitsBefore * unitCostMinor) / daysBefore, NULL)
        AS profitPerDayBeforeMinor,
    if(daysAfter > 0, (revenueAfter - unitsAfter * unitCostMinor) / daysAfter, NULL)
        AS profitPerDayAfterMinor,
    told.profitChangePctMean AS profitChangePctExpected,
    told.profitChangePctP05 AS profitChangePctP05,
    told.profitChangePctP95 AS profitChangePctP95,
    if(profitPerDayBeforeMinor != 0,
        100 * (profitPerDayAfterMinor - profitPerDayBeforeMinor) / abs(profitPerDayBeforeMinor),
        NULL) AS profitChangePctSeen,
    told.resultId AS resultId
FROM recommended AS told
LEFT JOIN followed ON told.resultId = followed.resultId
LEFT JOIN compared ON told.resultId = compared.resultId
COMMENT 'What became of recommended prices: whether a price followed, and what was earned before and after.';
