-- How far each feature of scored orders is from where it was: the population stability index (PSI) of a
-- week against the four weeks before it.
--
--     PSI = sum over bins of (share now - share before) * ln(share now / share before)
--
-- Bins are: not known; 0; and for other values their sign and the power of two below them. To each count a
-- half is added, so that a bin that was empty leaves the index finite. Of unchanged features the index is
-- not 0 but about psiByChance, and rarely three times that. From .1 on a change is worth a look, from .25 on
-- it is a large one, where it is well above chance. Of an order the last score counts.
CREATE OR REPLACE VIEW fraud_feature_drift
(
    week Date COMMENT 'Monday of the week (UTC) in which the orders were placed.',
    feature String COMMENT 'Name of the feature.',
    scores UInt64 COMMENT 'Orders scored in the week.',
    scoresBefore UInt64 COMMENT 'Orders scored in the four weeks before it.',
    knownShare Float64 COMMENT 'Share of the orders of the week of which the feature is known, from 0 to 1.',
    knownShareBefore Float64 COMMENT 'The same of the weeks before.',
    psi Float64 COMMENT 'Population stability index: 0 is no change.',
    psiByChance Float64 COMMENT 'What chance alone brings on average: of bins less one, as many by the orders of each of the two.'
)
AS WITH
    scored AS
    (
        SELECT toMonday(occurredAt, 'UTC') AS week, features
        FROM
        (
            SELECT subjectId, occurredAt, features
            FROM fraud_scores
            WHERE subjectType = 'ORDER'
            ORDER BY subjectId, _offset DESC
            LIMIT 1 BY subjectId
        )
    ),
    weeks AS
    (
        SELECT week, count() AS orders FROM scored GROUP BY week
    ),
    binned AS
    (
        SELECT
            week,
            entry.1 AS feature,
            -- Whole numbers: 0 for nothing, and powers of two away from it on either side.
            if(entry.2 = 0, 0, toInt32(sign(entry.2)) * (toInt32(floor(log2(abs(entry.2)))) + 2000)) AS bin,
            count() AS orders
        FROM scored
        ARRAY JOIN arrayZip(mapKeys(features), mapValues(features)) AS entry
        WHERE isFinite(entry.2)
        GROUP BY week, feature, bin
    ),
    -- Each week counts for itself, and as one before the four that follow.
    pairs AS
    (
        SELECT
            week, feature, bin,
            toInt64(sumIf(orders, NOT isBefore)) AS now, toInt64(sumIf(orders, isBefore)) AS before
        FROM
        (
            SELECT week + 7 * later AS week, feature, bin, orders, later > 0 AS isBefore
            FROM binned
            ARRAY JOIN range(5) AS later
        )
        GROUP BY week, feature, bin
    ),
    totals AS
    (
        SELECT
            week,
            toInt64(sumIf(orders, NOT isBefore)) AS now, toInt64(sumIf(orders, isBefore)) AS before
        FROM
        (
            SELECT week + 7 * later AS week, orders, later > 0 AS isBefore
            FROM weeks
            ARRAY JOIN range(5) AS later
        )
        GROUP BY week
        HAVING now > 0 AND before > 0
    )
SELECT
    week,
    feature,
    now AS scores,
    before AS scoresBefore,
    arraySum(bin -> bin.1, bins) / now AS knownShare,
    arraySum(bin -> bin.2, bins) / before AS knownShareBefore,
    -- With the orders of which it is not known, which are a bin as well.
    arrayPushBack(
        bins, (now - arraySum(bin -> bin.1, bins), before - arraySum(bin -> bin.2, bins))) AS allBins,
    length(allBins) AS number,
    arraySum(
        bin -> (bin.1 - bin.2) * log(bin.1 / bin.2),
        arrayMap(
            bin -> ((bin.1 + 0.5) / (now + 0.5 * number), (bin.2 + 0.5) / (before + 0.5 * number)),
            allBins)) AS psi,
    (number - 1) * (1 / now + 1 / before) AS psiByChance
FROM
(
    SELECT
        pairs.week AS week,
        pairs.feature AS feature,
        any(totals.now) AS now,
        any(totals.before) AS before,
        groupArray((pairs.now, pairs.before)) AS bins
    FROM pairs
    INNER JOIN totals ON pairs.week = totals.week
    GROUP BY week, feature
)
COMMENT 'How far each feature of scored orders is from where it was in the four weeks before.';
