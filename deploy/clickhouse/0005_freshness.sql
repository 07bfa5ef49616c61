-- Freshness as data: how long it took from an event to the result that it caused, per result topic
-- and minute. Latency is `_emitted_at` less `occurredAt`. It means something for what was computed
-- live; results of a replay are as late as their history is old.

CREATE TABLE IF NOT EXISTS freshness_rollup
(
    topic LowCardinality(String) COMMENT 'The result topic.',
    minute DateTime('UTC') COMMENT 'Of _emitted_at.' CODEC(Delta(4), ZSTD(1)),
    results SimpleAggregateFunction(sum, UInt64) COMMENT 'How many.' CODEC(T64, ZSTD(1)),
    latencyMaxMs SimpleAggregateFunction(max, Int64) COMMENT 'The longest, in ms.' CODEC(T64, ZSTD(1)),
    latencyQuantiles AggregateFunction(quantilesBFloat16(0.5, 0.9, 0.99), Float64)
        COMMENT 'How many results there are of each latency.' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (topic, minute)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'States of freshness. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_lifecycle_segments_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM lifecycle_segments
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_journey_triggers_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM journey_triggers
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_price_elasticities_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM price_elasticities
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_price_recommendations_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM price_recommendations
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_fraud_scores_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM fraud_scores
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_shipment_alerts_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM shipment_alerts
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_shipment_etas_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM shipment_etas
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_replenishment_advice_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM replenishment_advice
GROUP BY topic, minute;

CREATE VIEW IF NOT EXISTS freshness
(
    topic String COMMENT 'The result topic.',
    minute DateTime('UTC') COMMENT 'When the results were written, by wall clock.',
    results UInt64 COMMENT 'How many.',
    latencyP50Ms Float64 COMMENT 'Median from event to result, in ms, to 1 in 256.',
    latencyP90Ms Float64 COMMENT '90th percentile from event to result, in ms, to 1 in 256.',
    latencyP99Ms Float64 COMMENT '99th percentile from event to result, in ms, to 1 in 256.',
    latencyMaxMs Int64 COMMENT 'The longest from event to result, in ms.'
)
AS SELECT
    topic,
    minute,
    total AS results,
    quantiles[1] AS latencyP50Ms,
    quantiles[2] AS latencyP90Ms,
    quantiles[3] AS latencyP99Ms,
    longestMs AS latencyMaxMs
FROM
(
    SELECT
        topic,
        minute,
        sum(results) AS total,
        max(latencyMaxMs) AS longestMs,
        quantilesBFloat16Merge(0.5, 0.9, 0.99)(latencyQuantiles) AS quantiles
    FROM freshness_rollup
    GROUP BY topic, minute
)
COMMENT 'How long it took from event to result, per result topic and minute.';
