-- What became of scored orders, and the weights that fraud models learn from it.

CREATE TABLE IF NOT EXISTS fraud_outcomes
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `orderId` String COMMENT 'The order that it is about.',
    `placedAt` DateTime64(3, 'UTC') COMMENT 'When it was placed. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `isFraud` Bool COMMENT 'What is known of it from now on.',
    `wasFraud` Nullable(Bool) COMMENT 'What was known before; null: nothing was.',
    `source` LowCardinality(String) COMMENT 'Who said so; EXPIRED: nobody complained in time.',
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: a guest, or not known.',
    `instrumentId` Nullable(String) COMMENT 'What it was paid with; null: not known.',
    `deviceId` Nullable(String) COMMENT 'The device that it was placed from; null: not known.',
    `ip` Nullable(String) COMMENT 'The address that it was placed from; null: not known.',
    `merchantId` Nullable(String) COMMENT 'Who sold it; null: not known, or the shop itself.',
    `shippingAddressId` Nullable(String) COMMENT 'Where it goes to; null: not known.',
    `market` Nullable(String) COMMENT 'The market that it belongs to; null: a market of its own.',
    `currency` String COMMENT 'ISO 4217.',
    `amountMinor` Int64 COMMENT 'What the customer owed for it, in the minor unit of the currency.' CODEC(T64, LZ4),
    `score` Nullable(Float64) COMMENT 'The probability of fraud that was said of it; null: its score is not known here.',
    `scoredBy` Nullable(String) COMMENT 'The modelVersion of that score; null: its score is not known here.',
    `action` LowCardinality(Nullable(String)) COMMENT 'What was said to be done about it; null: its score is not known here.',
    `bins` Array(String) COMMENT 'What its score was computed from, as bins of the model; empty: its score is not known here.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (orderId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'It became known, or was taken back, whether a scored order was fraud: the order, what was said of it, and what is true of it. What a fraud model learns from.';

CREATE TABLE IF NOT EXISTS fraud_weights
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `modelId` String COMMENT 'The model.',
    `cutAt` DateTime64(3, 'UTC') COMMENT 'Outcomes up to here were learnt from. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `outcomes` Int64 COMMENT 'How many outcomes were learnt from, corrections included.' CODEC(T64, LZ4),
    `frauds` Int64 COMMENT 'How many of them were frauds.' CODEC(T64, LZ4),
    `calibrationError` Float64 COMMENT 'Mean distance of what was said from what came true, over bins of scores and fading with a half-life of 30 days, in probability.',
    `logLoss` Float64 COMMENT 'Mean log loss of what was said, in nats, fading with a half-life of 30 days.',
    `inUseVersion` Int32 COMMENT 'The published version that is in use; 0: none is.' CODEC(T64, LZ4),
    `parameters` Map(String, Float64) COMMENT 'The weights by name, as they are to be published.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (modelId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The weights of a fraud model as they have been learnt so far, before they are published for use.';

ALTER TABLE fraud_scores
    ADD COLUMN IF NOT EXISTS `market` Nullable(String) COMMENT 'The market that the order or the login belongs to; null: a market of its own.' AFTER `userId`;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_fraud_outcomes_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM fraud_outcomes
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_fraud_weights_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM fraud_weights
GROUP BY topic, minute;
