-- What was sold of an article in a market on each day, and what was expected.
--
-- A span ends with the day, unless nothing was heard of the article: such a silence is one span, of which
-- each day has its share. It is told with the next record, so of an article that is silent now the last
-- days are missing; and so are those of a silence of more than thirty days, of which nothing is known.
--
-- The band of a day that is one span is that which was told of it. Of several spans, or a part of one, it
-- is that of a sum, as in demand_curves.
CREATE OR REPLACE VIEW demand_per_day
(
    sku String COMMENT 'The stock keeping unit.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    currency String COMMENT 'Of the price (ISO 4217).',
    day Date COMMENT 'Of event time (UTC).',
    priceMinor Int64 COMMENT 'The price that customers saw last on that day, in minor units.',
    isPromoted Bool COMMENT 'Whether the article was in a promotion then.',
    hours Float64 COMMENT 'How much of the day there was stock, in hours, as far as it is told.',
    views Int64 COMMENT 'Product pages looked at while there was stock.',
    units Int64 COMMENT 'Units ordered.',
    expectedUnits Nullable(Float64) COMMENT 'Units that were expected while there was stock; null: the level was not known yet, or there was none.',
    expectedP05 Nullable(Float64) COMMENT '5th percentile of that; null likewise.',
    expectedP95 Nullable(Float64) COMMENT '95th percentile of that; null likewise.',
    inBand Nullable(Bool) COMMENT 'Whether the units are between the two; null likewise.'
)
AS SELECT
    sku,
    market,
    any(currency) AS currency,
    day,
    argMax(shownPriceMinor, (startedAt, endedAt)) AS priceMinor,
    argMax(isPromoted, (startedAt, endedAt)) AS isPromoted,
    sum(hours * share) AS hours,
    sumIf(views, isLastDay) AS views,
    sumIf(units, isLastDay) AS units,
    countIf(hasStock AND isExpected) > 0 AND countIf(hasStock AND NOT isExpected) = 0 AS isKnown,
    -- 1.645 standard deviations up and down are nine chances in ten.
    1.645 * sqrt(sumIf(variance * share, hasStock)) AS reach,
    sumIf(mean * share, hasStock) AS center,
    countIf(hasStock) = 1 AND minIf(share, hasStock) = 1 AS isAsTold,
    if(isAsTold, minIf(p05, hasStock), greatest(center - reach, 0)) AS low,
    if(isAsTold, minIf(p95, hasStock), center + reach) AS high,
    if(isKnown, center, NULL) AS expectedUnits,
    if(isKnown, low, NULL) AS expectedP05,
    if(isKnown, high, NULL) AS expectedP95,
    if(isKnown, toBool(units BETWEEN low AND high), NULL) AS inBand
FROM
(
    SELECT
        sku, market, currency, shownPriceMinor, isPromoted, startedAt, endedAt, hours, views, units,
        hours > 0 AS hasStock,
        isNotNull(expectedUnits) OR (exposure = 0 AND isNotNull(deviationMean)) AS isExpected,
        ifNull(expectedUnits, 0) AS mean,
        ifNull(expectedP05, 0) AS p05,
        ifNull(expectedP95, 0) AS p95,
        greatest(mean, pow((p95 - p05) / 3.29, 2)) AS variance,
        toUnixTimestamp64Milli(startedAt) AS fromMs,
        toUnixTimestamp64Milli(endedAt) AS toMs,
        -- What happened at the very end is in the next span, so a midnight ends the day before.
        intDiv(greatest(toMs - 1, fromMs), 86400000) AS lastDay,
        arrayJoin(range(toUInt32(intDiv(fromMs, 86400000)), toUInt32(lastDay) + 1)) AS daysSince1970,
        toDate(daysSince1970) AS day,
        daysSince1970 = lastDay AS isLastDay,
        least(toMs, (daysSince1970 + 1) * 86400000) - greatest(fromMs, daysSince1970 * 86400000) AS ofDayMs,
        if(toMs > fromMs, ofDayMs / (toMs - fromMs), 1) AS share
    FROM demand_observations
)
GROUP BY sku, market, day
COMMENT 'What was sold of an article in a market on each day, and what was expected.';
