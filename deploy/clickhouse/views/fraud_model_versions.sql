-- Versions of the fraud model: what each had learnt, when it was published, and which orders it scored. A cut
-- of weights that was never published has no effectiveAt: the learner was not there, or is behind. Version
-- 0 is the rules alone, by which logins are always scored: they are left out.
CREATE OR REPLACE VIEW fraud_model_versions
(
    version Int32 COMMENT 'Hour of the cut, in hours since 1970 (UTC); 0: no version was in use.',
    cutAt Nullable(DateTime64(3, 'UTC')) COMMENT 'Outcomes up to here were learnt from; null: weights of this version are not in the table.',
    effectiveAt Nullable(DateTime64(3, 'UTC')) COMMENT 'From when it is used, in event time; null: it was not published.',
    outcomes Nullable(Int64) COMMENT 'Outcomes that were learnt from; null likewise.',
    frauds Nullable(Int64) COMMENT 'Of these, frauds; null likewise.',
    calibrationError Nullable(Float64) COMMENT 'Mean distance of what was said from what came true; null likewise.',
    logLoss Nullable(Float64) COMMENT 'Mean log loss of what was said, in nats; null likewise.',
    weights Nullable(UInt64) COMMENT 'Bins that have a weight in it; null likewise.',
    scores UInt64 COMMENT 'Orders that were scored by it.',
    firstAt Nullable(DateTime64(3, 'UTC')) COMMENT 'When it first scored, in event time; null: it has not.',
    lastAt Nullable(DateTime64(3, 'UTC')) COMMENT 'When it last did; null likewise.',
    scoreMean Nullable(Float64) COMMENT 'Mean of its scores; null likewise.'
)
AS SELECT
    version,
    maxOrNull(cut) AS cutAt,
    maxOrNull(effective) AS effectiveAt,
    anyOrNull(learnt) AS outcomes,
    anyOrNull(learntFrauds) AS frauds,
    anyOrNull(distance) AS calibrationError,
    anyOrNull(loss) AS logLoss,
    anyOrNull(bins) AS weights,
    sum(scored) AS scores,
    minOrNull(first) AS firstAt,
    maxOrNull(last) AS lastAt,
    anyOrNull(mean) AS scoreMean
FROM
(
    SELECT
        toInt32(intDiv(toUnixTimestamp64Milli(cutAt), 3600000)) AS version,
        toNullable(cutAt) AS cut, toNullable(outcomes) AS learnt, toNullable(frauds) AS learntFrauds,
        toNullable(calibrationError) AS distance, toNullable(logLoss) AS loss,
        toNullable(toUInt64(arrayCount(name -> startsWith(name, 'w:'), mapKeys(parameters)))) AS bins,
        NULL AS effective, 0 AS scored, NULL AS first, NULL AS last, NULL AS mean
    FROM
    (
        SELECT * FROM fraud_weights WHERE modelId = 'fraud' ORDER BY _offset DESC LIMIT 1 BY cutAt
    )
    UNION ALL
    SELECT
        version, NULL, NULL, NULL, NULL, NULL, NULL, ifNull(effectiveAt, occurredAt), 0, NULL, NULL, NULL
    FROM
    (
        SELECT version, effectiveAt, occurredAt
        FROM model_parameters
        WHERE modelId = 'fraud'
        ORDER BY _offset DESC
        LIMIT 1 BY version
    )
    UNION ALL
    SELECT
        toInt32OrZero(extract(modelVersion, 'fraud@(\\d+)')) AS version,
        NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        count(), min(occurredAt), max(occurredAt), avg(score)
    FROM fraud_scores
    WHERE subjectType = 'ORDER'
    GROUP BY version
)
GROUP BY version
COMMENT 'Versions of the fraud model: what each had learnt, when it was published, and what it scored.';
