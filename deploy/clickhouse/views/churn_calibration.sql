-- How near the forecasts of churn were to what came of them: ten groups of as many forecasts, from the
-- least risk to the greatest, for each market and horizon. These are the forecasts of the purchase
-- model itself, before they are calibrated, since a calibration is learnt from them.
CREATE OR REPLACE VIEW churn_calibration
(
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    horizonDays Int32 COMMENT 'How far ahead the forecasts looked.',
    decile UInt8 COMMENT 'From 1, the least risk, to 10, the greatest.',
    forecasts UInt64 COMMENT 'How many ended; of the deciles of a market and horizon, as equal as may be.',
    riskMin Float64 COMMENT 'Least risk among them, from 0 to 1.',
    riskMax Float64 COMMENT 'Greatest of them.',
    predicted Float64 COMMENT 'Their mean: the share that was expected not to buy.',
    actual Float64 COMMENT 'The share that did not buy within the horizon.'
)
AS SELECT
    market,
    assumeNotNull(horizonDays) AS horizonDays,
    decile,
    count() AS forecasts,
    min(assumeNotNull(churnRisk)) AS riskMin,
    max(assumeNotNull(churnRisk)) AS riskMax,
    avg(assumeNotNull(churnRisk)) AS predicted,
    avg(NOT assumeNotNull(bought)) AS actual
FROM
(
    SELECT
        market,
        horizonDays,
        churnRisk,
        bought,
        count() OVER (PARTITION BY market, horizonDays) AS alikes,
        row_number() OVER (
            PARTITION BY market, horizonDays
            ORDER BY churnRisk, resultId) AS place,
        intDiv((place - 1) * 10, alikes) + 1 AS decile
    FROM population_changes
    WHERE change = 'FORECAST' AND isNotNull(horizonDays) AND isNotNull(churnRisk) AND isNotNull(bought)
)
GROUP BY market, horizonDays, decile
COMMENT 'How near the forecasts of churn were to what came of them, in tenths of each market and horizon.';
