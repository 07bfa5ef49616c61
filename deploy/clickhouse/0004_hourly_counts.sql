-- Fraud scores per hour of event time; late events and dead letters per hour of their writing.
--
-- Sums are of whole numbers and quantiles of bfloat16 counts: both come out the same to the last
-- bit in whatever order states are merged, so a rollup can be compared with its table.

CREATE TABLE IF NOT EXISTS fraud_per_hour_rollup
(
    hour DateTime('UTC') COMMENT 'Of occurredAt.' CODEC(Delta(4), ZSTD(1)),
    subjectType LowCardinality(String) COMMENT 'ORDER or LOGIN.',
    action LowCardinality(String) COMMENT 'What the policy said to do.',
    scores SimpleAggregateFunction(sum, UInt64) COMMENT 'How many.' CODEC(T64, ZSTD(1)),
    scoreNanos SimpleAggregateFunction(sum, Int64) COMMENT 'Sum of scores, in billionths.' CODEC(T64, ZSTD(1)),
    scoreQuantiles AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.99), Float64)
        COMMENT 'How many scores there are of each value.' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (hour, subjectType, action)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'States of fraud_per_hour. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS fraud_per_hour_feed TO fraud_per_hour_rollup AS
SELECT
    toStartOfHour(occurredAt) AS hour,
    subjectType,
    action,
    count() AS scores,
    sum(toInt64(round(score * 1000000000))) AS scoreNanos,
    quantilesBFloat16State(0.5, 0.9, 0.99)(score) AS scoreQuantiles
FROM fraud_scores
GROUP BY hour, subjectType, action;

CREATE VIEW IF NOT EXISTS fraud_per_hour
(
    hour DateTime('UTC') COMMENT 'Of event time.',
    subjectType String COMMENT 'ORDER or LOGIN.',
    action String COMMENT 'What the policy said to do: ALLOW, STEP_UP, HOLD, DECLINE or FREEZE.',
    scores UInt64 COMMENT 'Orders or logins that got this action.',
    scoreSum Float64 COMMENT 'Sum of their scores: the frauds to expect among them, as far as the score is calibrated.',
    scoreMean Float64 COMMENT 'Mean of their scores.',
    scoreP50 Float64 COMMENT 'Median of their scores, to 1 in 256.',
    scoreP90 Float64 COMMENT '90th percentile of their scores, to 1 in 256.',
    scoreP99 Float64 COMMENT '99th percentile of their scores, to 1 in 256.'
)
AS SELECT
    hour,
    subjectType,
    action,
    total AS scores,
    nanos / 1000000000 AS scoreSum,
    nanos / 1000000000 / total AS scoreMean,
    quantiles[1] AS scoreP50,
    quantiles[2] AS scoreP90,
    quantiles[3] AS scoreP99
FROM
(
    SELECT
        hour,
        subjectType,
        action,
        sum(scores) AS total,
        sum(scoreNanos) AS nanos,
        quantilesBFloat16Merge(0.5, 0.9, 0.99)(scoreQuantiles) AS quantiles
    FROM fraud_per_hour_rollup
    GROUP BY hour, subjectType, action
)
COMMENT 'Fraud scores per hour, subject type and action.';

CREATE TABLE IF NOT EXISTS late_per_hour_rollup
(
    hour DateTime('UTC') COMMENT 'Of _emitted_at.' CODEC(Delta(4), ZSTD(1)),
    topic LowCardinality(String) COMMENT 'The topic that the late record was on.',
    pipelineId LowCardinality(String) COMMENT 'The pipeline that set it aside.',
    records SimpleAggregateFunction(sum, UInt64) COMMENT 'How many.' CODEC(T64, ZSTD(1)),
    lateByMaxMs SimpleAggregateFunction(max, Int64) COMMENT 'The longest, in ms.' CODEC(T64, ZSTD(1)),
    lateByQuantiles AggregateFunction(quantilesBFloat16(0.5, 0.99), Float64)
        COMMENT 'How many there are of each lateness.' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (hour, topic, pipelineId)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'States of late_per_hour. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS late_per_hour_feed TO late_per_hour_rollup AS
SELECT
    toStartOfHour(_emitted_at) AS hour,
    topic,
    pipelineId,
    count() AS records,
    max(lateByMs) AS lateByMaxMs,
    quantilesBFloat16State(0.5, 0.99)(toFloat64(lateByMs)) AS lateByQuantiles
FROM late_events
GROUP BY hour, topic, pipelineId;

CREATE VIEW IF NOT EXISTS late_per_hour
(
    hour DateTime('UTC') COMMENT 'By wall clock.',
    topic String COMMENT 'The topic that the late records were on.',
    pipelineId String COMMENT 'The pipeline that set them aside.',
    records UInt64 COMMENT 'How many.',
    lateByP50Ms Float64 COMMENT 'Median of how late they were, in ms, to 1 in 256.',
    lateByP99Ms Float64 COMMENT '99th percentile of how late they were, in ms, to 1 in 256.',
    lateByMaxMs Int64 COMMENT 'How late the latest was, in ms.'
)
AS SELECT
    hour,
    topic,
    pipelineId,
    total AS records,
    quantiles[1] AS lateByP50Ms,
    quantiles[2] AS lateByP99Ms,
    latestMs AS lateByMaxMs
FROM
(
    SELECT
        hour,
        topic,
        pipelineId,
        sum(records) AS total,
        max(lateByMaxMs) AS latestMs,
        quantilesBFloat16Merge(0.5, 0.99)(lateByQuantiles) AS quantiles
    FROM late_per_hour_rollup
    GROUP BY hour, topic, pipelineId
)
COMMENT 'Records that were set aside as late, per hour, topic and pipeline.';

CREATE TABLE IF NOT EXISTS dead_letters_per_hour_rollup
(
    hour DateTime('UTC') COMMENT 'Of _emitted_at.' CODEC(Delta(4), ZSTD(1)),
    topic LowCardinality(String) COMMENT 'The topic that the record was on.',
    stage LowCardinality(String) COMMENT 'Where it failed.',
    pipelineId LowCardinality(String) COMMENT 'Empty where it is null.',
    errorCode LowCardinality(String) COMMENT 'What went wrong.',
    letters SimpleAggregateFunction(sum, UInt64) COMMENT 'How many.' CODEC(T64, ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (hour, topic, stage, pipelineId, errorCode)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'States of dead_letters_per_hour. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS dead_letters_per_hour_feed TO dead_letters_per_hour_rollup AS
SELECT
    toStartOfHour(_emitted_at) AS hour,
    topic,
    stage,
    ifNull(pipelineId, '') AS pipelineId,
    errorCode,
    count() AS letters
FROM dead_letters
GROUP BY hour, topic, stage, pipelineId, errorCode;

CREATE VIEW IF NOT EXISTS dead_letters_per_hour
(
    hour DateTime('UTC') COMMENT 'By wall clock.',
    topic String COMMENT 'The topic that the records were on.',
    stage String COMMENT 'Where they failed: DECODE, VALIDATE, HANDLE, TIMER or SINK.',
    pipelineId Nullable(String) COMMENT 'The pipeline; null: it was before any pipeline.',
    errorCode String COMMENT 'What went wrong, such as MISSING_FIELD.',
    letters UInt64 COMMENT 'How many.'
)
AS SELECT
    hour,
    topic,
    stage,
    nullIf(pipeline, '') AS pipelineId,
    errorCode,
    total AS letters
FROM
(
    SELECT hour, topic, stage, pipelineId AS pipeline, errorCode, sum(letters) AS total
    FROM dead_letters_per_hour_rollup
    GROUP BY hour, topic, stage, pipelineId, errorCode
)
COMMENT 'Dead letters per hour, topic, stage, pipeline and error.';
