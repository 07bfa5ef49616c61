-- How far shipments have come, and how long it takes from there.

CREATE TABLE IF NOT EXISTS shipment_legs
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `shipmentId` String COMMENT 'What is on its way.',
    `stage` LowCardinality(String) COMMENT 'How far it has come.',
    `begunAt` DateTime64(3, 'UTC') COMMENT 'When the stage began, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `lane` Nullable(String) COMMENT 'The route whose travel times are alike; null: not known.',
    `destinationId` Nullable(String) COMMENT 'Opaque id of the place it goes to; null: not known.',
    `promisedAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised.' CODEC(Delta(8), LZ4),
    `durationMs` Nullable(Int64) COMMENT 'From the beginning of the stage to the arrival, in ms, told once that says nothing about who is fast; null: the stage has begun.' CODEC(T64, LZ4),
    `distanceKm` Nullable(Float64) COMMENT 'How far it went from the beginning of the stage to the arrival, by its positions, in km; null: not known, or the stage has begun.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A shipment has come a stage further, or it is known how long it took from one to its arrival.';

CREATE TABLE IF NOT EXISTS stage_forecasts
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `shipmentId` String COMMENT 'What is on its way.',
    `stage` LowCardinality(String) COMMENT 'How far it has come.',
    `begunAt` DateTime64(3, 'UTC') COMMENT 'When the stage began, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `promisedAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised.' CODEC(Delta(8), LZ4),
    `logMs` Float64 COMMENT 'Mean logarithm of the ms from the stage to the arrival, of its lane, destination and hour.',
    `residuals` Array(Float64) COMMENT 'How far logarithms were from that, lately: 41 quantiles, from 0 to 1 by .025.',
    `missShare` Float64 COMMENT 'Share that an interval has to leave out so that .1 of arrivals are outside.',
    `plattSlope` Float64 COMMENT 'Of the calibration of the probability of being late.',
    `plattLevel` Float64 COMMENT 'Likewise, in log-odds.',
    `observations` Int64 COMMENT 'Arrivals that the stage has been learnt from.' CODEC(T64, LZ4),
    `distanceKm` Nullable(Float64) COMMENT 'How far shipments of its lane go from the stage to the arrival, in km; null: not known.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How long shipments take from a stage to their arrival, as it is known when one of them comes to it.';
