-- What holds now: the last result of each subject.
--
-- The results of one subject are in one partition, so the last is that with the highest offset. The
-- rollup forgets the earlier ones as it merges its parts, and the view leaves out those that are
-- still there. States of argMax would say the same, and cost twice as much to keep.

CREATE TABLE IF NOT EXISTS segments_now_rollup AS lifecycle_segments
ENGINE = ReplacingMergeTree(_offset)
ORDER BY (subjectType, subjectId)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Last records, and some earlier ones, for the view segments_now. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS segments_now_feed TO segments_now_rollup AS
SELECT *
FROM lifecycle_segments;

CREATE VIEW IF NOT EXISTS segments_now
(
    subjectType String COMMENT 'Whether the subject is a person we know or a visitor.',
    subjectId String COMMENT 'The userId or the visitorId.',
    resultId String COMMENT 'Of the last record of the subject, in lifecycle_segments.',
    occurredAt DateTime64(3, 'UTC') COMMENT 'Event time of that record.',
    causeEventId Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    modelVersion String COMMENT 'Of the code and the model that made it.',
    reasons Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first.',
    userId Nullable(String) COMMENT 'Opaque id of the person; null: a visitor nobody has logged in as.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    currency Nullable(String) COMMENT 'Of the amounts (ISO 4217); null: nothing was bought yet.',
    stage String COMMENT 'How far it has come as a customer.',
    previousStage Nullable(String) COMMENT 'The stage before; null: there was none.',
    activity String COMMENT 'Whether it still comes.',
    previousActivity Nullable(String) COMMENT 'The activity before; null: there was none.',
    tags Array(String) COMMENT 'All segments that it is in, sorted.',
    entered Array(String) COMMENT 'Segments that it is in since this record, sorted.',
    exited Array(String) COMMENT 'Segments that it was in until this record, sorted.',
    recencyDays Nullable(Float64) COMMENT 'Since the last purchase, in days; null: nothing was bought.',
    frequency Int32 COMMENT 'Days with a purchase, less one; 0 too where nothing was bought.',
    monetaryMinor Nullable(Int64) COMMENT 'Net worth of all purchases, in minor units; null: no order yet.',
    pAlive Nullable(Float64) COMMENT 'Probability that it is still a customer; null: nothing to tell it from.',
    churnRisk30d Nullable(Float64) COMMENT 'Probability of no purchase in 30 days; null: nothing to tell it from.',
    churnRisk90d Nullable(Float64) COMMENT 'Probability of no purchase in 90 days; null: nothing to tell it from.',
    expectedOrders90d Nullable(Float64) COMMENT 'Expected number of orders in 90 days; null: nothing to tell it from.',
    ltv52wMinor Nullable(Int64) COMMENT 'Expected worth of 52 weeks, in minor units; null: nothing to tell it from.'
)
AS SELECT
    subjectType, subjectId, resultId, occurredAt, causeEventId, modelVersion, reasons, userId,
    market, currency, stage, previousStage, activity, previousActivity, tags, entered, exited,
    recencyDays, frequency, monetaryMinor, pAlive, churnRisk30d, churnRisk90d,
    expectedOrders90d, ltv52wMinor
FROM
(
    SELECT *
    FROM segments_now_rollup
    ORDER BY subjectType, subjectId, _offset DESC
    LIMIT 1 BY subjectType, subjectId
)
COMMENT 'Where each visitor and user stands now: the last record of each in lifecycle_segments.';

CREATE VIEW IF NOT EXISTS segment_sizes
(
    subjectType String COMMENT 'USER or VISITOR.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    stage String COMMENT 'How far they have come as customers.',
    activity String COMMENT 'Whether they still come.',
    subjects UInt64 COMMENT 'How many visitors or users.'
)
AS SELECT subjectType, market, stage, activity, count() AS subjects
FROM segments_now
GROUP BY subjectType, market, stage, activity
COMMENT 'How many visitors and users there are of each market, stage and activity, now.';

CREATE TABLE IF NOT EXISTS elasticities_now_rollup AS price_elasticities
ENGINE = ReplacingMergeTree(_offset)
ORDER BY (sku, ifNull(market, ''))
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Last records, and some earlier ones, for the view elasticities_now. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS elasticities_now_feed TO elasticities_now_rollup AS
SELECT *
FROM price_elasticities;

CREATE VIEW IF NOT EXISTS elasticities_now
(
    sku String COMMENT 'The stock keeping unit.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    resultId String COMMENT 'Of the last record of the article there, in price_elasticities.',
    occurredAt DateTime64(3, 'UTC') COMMENT 'Event time of that record.',
    causeEventId Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    modelVersion String COMMENT 'Of the code and the model that made it.',
    reasons Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first.',
    category Nullable(String) COMMENT 'The group of articles that it learnt from; null: not known.',
    elasticity Nullable(Float64) COMMENT 'Change of demand in percent per percent of price; null exactly where the status is NOT_IDENTIFIED.',
    sd Nullable(Float64) COMMENT 'Standard deviation of the elasticity; null: not identified.',
    p05 Nullable(Float64) COMMENT 'Its 5th percentile; null: not identified.',
    p95 Nullable(Float64) COMMENT 'Its 95th percentile; null: not identified.',
    status String COMMENT 'How well it is known: IDENTIFIED, WEAK or NOT_IDENTIFIED.',
    method String COMMENT 'What it was learnt from: EXPERIMENT or OBSERVATIONAL.',
    observations Int64 COMMENT 'Buckets of time with a price and a demand.',
    priceChanges Int32 COMMENT 'How often the price moved in them.',
    unitsPerDay Nullable(Float64) COMMENT 'Demand at the present price, in units a day; null: not known.'
)
AS SELECT
    sku, market, resultId, occurredAt, causeEventId, modelVersion, reasons, category,
    elasticity, sd, p05, p95, status, method, observations, priceChanges, unitsPerDay
FROM
(
    SELECT *
    FROM elasticities_now_rollup
    ORDER BY sku, ifNull(market, ''), _offset DESC
    LIMIT 1 BY sku, market
)
COMMENT 'What is known now of how demand answers to price: the last record of each article and market.';

CREATE TABLE IF NOT EXISTS open_alerts_rollup AS shipment_alerts
ENGINE = ReplacingMergeTree(_offset)
ORDER BY (shipmentId, ifNull(sensorId, ''), kind)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Last records, and some earlier ones, for the view open_alerts. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS open_alerts_feed TO open_alerts_rollup AS
SELECT *
FROM shipment_alerts;

CREATE VIEW IF NOT EXISTS open_alerts
(
    shipmentId String COMMENT 'What is being watched.',
    sensorId Nullable(String) COMMENT 'The sensor that told it; null: about the shipment as a whole.',
    kind String COMMENT 'What is wrong, such as TEMPERATURE or SILENT.',
    severity String COMMENT 'How grave it is: WARNING or CRITICAL.',
    startedAt DateTime64(3, 'UTC') COMMENT 'Since when it is wrong, in event time.',
    occurredAt DateTime64(3, 'UTC') COMMENT 'Event time of the last record about it.',
    value Nullable(Float64) COMMENT 'What was measured, in the unit of the kind; null: nothing is measured for it.',
    `limit` Nullable(Float64) COMMENT 'What was allowed, in the same unit; null: there is no limit.',
    dwellMs Nullable(Int64) COMMENT 'How long it has been beyond the limit, in ms; null: not about a limit.',
    degreeMinutes Nullable(Float64) COMMENT 'Degrees beyond the limit times minutes, in °C·min; null: not about temperature.',
    meanKineticTemperatureC Nullable(Float64) COMMENT 'The constant temperature that would do the same harm, in °C; null: not about temperature.',
    score Nullable(Float64) COMMENT 'How unusual it is, in standard deviations; null: judged by a limit.',
    resultId String COMMENT 'Of the last record about it, in shipment_alerts.',
    causeEventId Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    modelVersion String COMMENT 'Of the code and the model that made it.',
    reasons Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first.'
)
AS SELECT
    shipmentId, sensorId, kind, severity, startedAt, occurredAt, value, `limit`, dwellMs,
    degreeMinutes, meanKineticTemperatureC, score, resultId, causeEventId, modelVersion,
    reasons
FROM
(
    SELECT *
    FROM open_alerts_rollup
    ORDER BY shipmentId, ifNull(sensorId, ''), kind, _offset DESC
    LIMIT 1 BY shipmentId, sensorId, kind
)
WHERE severity != 'RECOVERED'
COMMENT 'What is wrong with shipments now: the last alert of each shipment, sensor and kind, unless it recovered.';
