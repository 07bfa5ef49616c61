-- What was sold of an article in a market at each price that it had, and what was expected.
--
-- A span counts by how long there was stock in it; where there was none, neither its units nor its time
-- do. What was expected of a span was said before its units were counted, so it knows the season, the
-- visitors and the level of its time: compare it with what was sold at the same price. Units of a price
-- that was asked in summer and of one that was asked in December do not lie on one curve.
--
-- Expectations are there for spans whose level was known. Of one that nobody looked at, where exposure is
-- counted in views, nothing is expected. The band of a sum is that of as many spans that do not know of
-- each other: of each the variance that its band has, but never less than that of chance, as of counts so
-- small that all of the band is 0.
CREATE OR REPLACE VIEW demand_curves
(
    sku String COMMENT 'The stock keeping unit.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    currency String COMMENT 'Of the price (ISO 4217).',
    priceMinor Int64 COMMENT 'The price that customers saw, in minor units.',
    firstAt DateTime64(3, 'UTC') COMMENT 'When the first span at this price began, in event time.',
    lastAt DateTime64(3, 'UTC') COMMENT 'When the last one ended.',
    days Float64 COMMENT 'How long it was asked while there was stock, in days.',
    promotedDays Float64 COMMENT 'Of these, in a promotion.',
    drawnDays Float64 COMMENT 'Of these, as a price drawn by chance.',
    views Int64 COMMENT 'Product pages looked at in this time.',
    units Int64 COMMENT 'Units ordered in this time.',
    unitsPerDay Float64 COMMENT 'Units by days.',
    expectedDays Float64 COMMENT 'Of the days, those for which demand was expected: its level was known.',
    expectedPerDay Nullable(Float64) COMMENT 'Units that were expected, a day; null: the level was never known.',
    expectedP05 Nullable(Float64) COMMENT '5th percentile of that; null likewise.',
    expectedP95 Nullable(Float64) COMMENT '95th percentile of that; null likewise.'
)
AS SELECT
    sku,
    market,
    currency,
    shownPriceMinor AS priceMinor,
    min(startedAt) AS firstAt,
    max(endedAt) AS lastAt,
    sum(hours) / 24 AS days,
    sumIf(hours, isPromoted) / 24 AS promotedDays,
    sumIf(hours, isExperiment) / 24 AS drawnDays,
    sum(views) AS views,
    sum(units) AS units,
    units / days AS unitsPerDay,
    sumIf(hours, isExpected) / 24 AS expectedDays,
    if(expectedDays > 0, sumIf(mean, isExpected) / expectedDays, NULL) AS expectedPerDay,
    -- 1.645 standard deviations up and down are nine chances in ten.
    if(expectedDays > 0, 1.645 * sqrt(sumIf(variance, isExpected)) / expectedDays, NULL) AS reach,
    if(expectedDays > 0, greatest(assumeNotNull(expectedPerDay - reach), 0), NULL) AS expectedP05,
    expectedPerDay + reach AS expectedP95
FROM
(
    SELECT
        sku, market, currency, shownPriceMinor, startedAt, endedAt, hours, isPromoted, isExperiment,
        views, units,
        isNotNull(expectedUnits) OR (exposure = 0 AND isNotNull(deviationMean)) AS isExpected,
        ifNull(expectedUnits, 0) AS mean,
        greatest(mean, pow(ifNull(expectedP95 - expectedP05, 0) / 3.29, 2)) AS variance
    FROM demand_observations
    WHERE hours > 0
)
GROUP BY sku, market, currency, shownPriceMinor
COMMENT 'What was sold of an article in a market at each price that it had, and what was expected.';
