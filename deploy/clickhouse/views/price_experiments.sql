-- Prices drawn by chance: what was asked for, what was carried out, and whether it was chance.
--
-- What was asked for is in price_recommendations, what was shown in prices; shops may draw prices
-- themselves, and then nothing was asked for. Elasticities are learnt from what was shown. That takes
-- deviations that have nothing to do with demand: 0 in the mean, and not higher where the policy's price
-- is. What came twice counts once: an epoch by its last record, a price by its event.
CREATE OR REPLACE VIEW price_experiments
(
    sku String COMMENT 'The stock keeping unit.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    firstAt DateTime64(3, 'UTC') COMMENT 'When a price was first asked for or shown, in event time.',
    lastAt DateTime64(3, 'UTC') COMMENT 'When one last was.',
    epochs UInt64 COMMENT 'Spans that a price was recommended for.',
    epochsAsked UInt64 COMMENT 'Of these, with another price than that of the moment.',
    epochsCarriedOut UInt64 COMMENT 'Of these, in which that price was set before the span ended.',
    pricesShown UInt64 COMMENT 'Prices that were set as drawn by chance, whoever drew them.',
    deviationMean Nullable(Float64) COMMENT 'Mean of ln(shown / policy) of these, which chance keeps near 0; null: there are none.',
    deviationSd Nullable(Float64) COMMENT 'Their standard deviation; null: there are not two.',
    policyCorrelation Nullable(Float64) COMMENT 'Correlation of the deviation with ln(policy), which chance keeps near 0; null: one of them never moved.',
    status Nullable(String) COMMENT 'How well the elasticity is known now; null: nothing was said of it.',
    method Nullable(String) COMMENT 'What it was learnt from: EXPERIMENT or OBSERVATIONAL; null likewise.',
    elasticity Nullable(Float64) COMMENT 'The elasticity now; null: not identified.',
    sd Nullable(Float64) COMMENT 'Its standard deviation; null likewise.',
    daysToIdentify Nullable(Float64) COMMENT 'Days of such prices that would identify it; null: it is, or that is not known.'
)
AS WITH
    told AS
    (
        SELECT
            sku,
            ifNull(market, '') AS ofMarket,
            occurredAt,
            assumeNotNull(validUntil) AS openUntil,
            recommendedPriceMinor AS priceMinor,
            recommendedPriceMinor != currentPriceMinor AS isAsked
        FROM price_recommendations
        WHERE action = 'TEST' AND isNotNull(epoch) AND isNotNull(validUntil)
        ORDER BY _offset DESC
        LIMIT 1 BY sku, ofMarket, epoch
    ),
    shown AS
    (
        SELECT sku, ifNull(market, '') AS ofMarket, occurredAt, shownPriceMinor AS priceMinor
        FROM prices
        WHERE sku IN (SELECT sku FROM told)
    )
SELECT
    gathered.sku AS sku,
    nullIf(gathered.ofMarket, '') AS market,
    gathered.firstAt AS firstAt,
    gathered.lastAt AS lastAt,
    gathered.epochs AS epochs,
    gathered.epochsAsked AS epochsAsked,
    gathered.epochsCarriedOut AS epochsCarriedOut,
    gathered.pricesShown AS pricesShown,
    if(pricesShown > 0, gathered.deviationMean, NULL) AS deviationMean,
    if(pricesShown > 1, gathered.deviationSd, NULL) AS deviationSd,
    if(isFinite(gathered.correlation), gathered.correlation, NULL) AS policyCorrelation,
    nullIf(toString(known.status), '') AS status,
    nullIf(toString(known.method), '') AS method,
    known.elasticity AS elasticity,
    known.sd AS sd,
    known.daysToIdentify AS daysToIdentify
FROM
(
    SELECT
        sku,
        ofMarket,
        min(at) AS firstAt,
        max(at) AS lastAt,
        countIf(isTold) AS epochs,
        countIf(isAsked) AS epochsAsked,
        countIf(isCarriedOut) AS epochsCarriedOut,
        countIf(NOT isTold) AS pricesShown,
        avgIf(deviation, NOT isTold) AS deviationMean,
        stddevSampStableIf(deviation, NOT isTold) AS deviationSd,
        corrStableIf(deviation, policy, NOT isTold) AS correlation
    FROM
    (
        -- The first price that was set so after it was asked for.
        SELECT
            told.sku AS sku, told.ofMarket AS ofMarket, told.occurredAt AS at, true AS isTold,
            told.isAsked AS isAsked,
            told.isAsked AND shown.sku != '' AND shown.occurredAt < told.openUntil AS isCarriedOut,
            0. AS deviation, 0. AS policy
        FROM told
        ASOF LEFT JOIN shown
            ON told.sku = shown.sku
            AND told.ofMarket = shown.ofMarket
            AND told.priceMinor = shown.priceMinor
            AND told.occurredAt <= shown.occurredAt
        UNION ALL
        SELECT
            sku, ofMarket, at, false AS isTold, false AS isAsked, false AS isCarriedOut, deviation, policy
        FROM
        (
            SELECT
                eventId, sku, ifNull(market, '') AS ofMarket, occurredAt AS at,
                log(shownPriceMinor / policyPriceMinor) AS deviation, log(policyPriceMinor) AS policy
            FROM prices
            WHERE reason = 'EXPERIMENT' AND shownPriceMinor > 0 AND policyPriceMinor > 0
            LIMIT 1 BY eventId
        )
    )
    GROUP BY sku, ofMarket
) AS gathered
LEFT JOIN
(
    SELECT sku, ifNull(market, '') AS ofMarket, status, method, elasticity, sd, daysToIdentify
    FROM elasticities_now
) AS known ON gathered.sku = known.sku AND gathered.ofMarket = known.ofMarket
COMMENT 'Prices drawn by chance: what was asked for, what was carried out, and whether it was chance.';
