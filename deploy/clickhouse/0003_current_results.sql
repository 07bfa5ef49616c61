-- What holds now: the last result of each subject.
--
-- The results of one subject are in one partition, so the last is that with the highest offset. A
-- state holds it whole, in a tuple, so that a null in it is a value as any other.

CREATE TABLE IF NOT EXISTS segments_now_rollup
(
    subjectType LowCardinality(String) COMMENT 'USER or VISITOR.',
    subjectId String COMMENT 'The userId or the visitorId.' CODEC(ZSTD(1)),
    lastRecord AggregateFunction(argMax, Tuple(
        resultId String, occurredAt DateTime64(3, 'UTC'), causeEventId Nullable(String),
        modelVersion String, reasons Array(Tuple(code String, detail String, weight Float64)),
        userId Nullable(String), market Nullable(String), currency Nullable(String),
        stage String, previousStage Nullable(String),
        activity String, previousActivity Nullable(String),
        tags Array(String), entered Array(String), exited Array(String),
        recencyDays Nullable(Float64), frequency Int32, monetaryMinor Nullable(Int64),
        pAlive Nullable(Float64), churnRisk30d Nullable(Float64), churnRisk90d Nullable(Float64),
        expectedOrders90d Nullable(Float64), ltv52wMinor Nullable(Int64)), UInt64)
        COMMENT 'The record with the highest offset.' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (subjectType, subjectId)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'States of segments_now. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS segments_now_feed TO segments_now_rollup AS
SELECT
    subjectType,
    subjectId,
    argMaxState(CAST(
        (resultId, occurredAt, causeEventId, modelVersion, reasons, userId, market, currency,
         stage, previousStage, activity, previousActivity, tags, entered, exited, recencyDays,
         frequency, monetaryMinor, pAlive, churnRisk30d, churnRisk90d, expectedOrders90d,
         ltv52wMinor),
        'Tuple(
            resultId String, occurredAt DateTime64(3, \'UTC\'), causeEventId Nullable(String),
            modelVersion String, reasons Array(Tuple(code String, detail String, weight Float64)),
            userId Nullable(String), market Nullable(String), currency Nullable(String),
            stage String, previousStage Nullable(String),
            activity String, previousActivity Nullable(String),
            tags Array(String), entered Array(String), exited Array(String),
            recencyDays Nullable(Float64), frequency Int32, monetaryMinor Nullable(Int64),
            pAlive Nullable(Float64), churnRisk30d Nullable(Float64), churnRisk90d Nullable(Float64),
            expectedOrders90d Nullable(Float64), ltv52wMinor Nullable(Int64))'), _offset) AS lastRecord
FROM lifecycle_segments
GROUP BY subjectType, subjectId;

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
    subjectType,
    subjectId,
    last.resultId AS resultId,
    last.occurredAt AS occurredAt,
    last.causeEventId AS causeEventId,
    last.modelVersion AS modelVersion,
    last.reasons AS reasons,
    last.userId AS userId,
    last.market AS market,
    last.currency AS currency,
    last.stage AS stage,
    last.previousStage AS previousStage,
    last.activity AS activity,
    last.previousActivity AS previousActivity,
    last.tags AS tags,
    last.entered AS entered,
    last.exited AS exited,
    last.recencyDays AS recencyDays,
    last.frequency AS frequency,
    last.monetaryMinor AS monetaryMinor,
    last.pAlive AS pAlive,
    last.churnRisk30d AS churnRisk30d,
    last.churnRisk90d AS churnRisk90d,
    last.expectedOrders90d AS expectedOrders90d,
    last.ltv52wMinor AS ltv52wMinor
FROM
(
    SELECT subjectType, subjectId, argMaxMerge(lastRecord) AS last
    FROM segments_now_rollup
    GROUP BY subjectType, subjectId
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

CREATE TABLE IF NOT EXISTS elasticities_now_rollup
(
    sku String COMMENT 'The stock keeping unit.' CODEC(ZSTD(1)),
    market LowCardinality(String) COMMENT 'Empty where it is null.',
    lastRecord AggregateFunction(argMax, Tuple(
        resultId String, occurredAt DateTime64(3, 'UTC'), causeEventId Nullable(String),
        modelVersion String, reasons Array(Tuple(code String, detail String, weight Float64)),
        category Nullable(String), elasticity Nullable(Float64), sd Nullable(Float64),
        p05 Nullable(Float64), p95 Nullable(Float64), status String, method String,
        observations Int64, priceChanges Int32, unitsPerDay Nullable(Float64)), UInt64)
        COMMENT 'The record with the highest offset.' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (sku, market)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'States of elasticities_now. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS elasticities_now_feed TO elasticities_now_rollup AS
SELECT
    sku,
    ifNull(market, '') AS market,
    argMaxState(CAST(
        (resultId, occurredAt, causeEventId, modelVersion, reasons, category, elasticity, sd, p05,
         p95, status, method, observations, priceChanges, unitsPerDay),
        'Tuple(
            resultId String, occurredAt DateTime64(3, \'UTC\'), causeEventId Nullable(String),
            modelVersion String, reasons Array(Tuple(code String, detail String, weight Float64)),
            category Nullable(String), elasticity Nullable(Float64), sd Nullable(Float64),
            p05 Nullable(Float64), p95 Nullable(Float64), status String, method String,
            observations Int64, priceChanges Int32, unitsPerDay Nullable(Float64))'), _offset) AS lastRecord
FROM price_elasticities
GROUP BY sku, market;

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
    sku,
    nullIf(market, '') AS market,
    last.resultId AS resultId,
    last.occurredAt AS occurredAt,
    last.causeEventId AS causeEventId,
    last.modelVersion AS modelVersion,
    last.reasons AS reasons,
    last.category AS category,
    last.elasticity AS elasticity,
    last.sd AS sd,
    last.p05 AS p05,
    last.p95 AS p95,
    last.status AS status,
    last.method AS method,
    last.observations AS observations,
    last.priceChanges AS priceChanges,
    last.unitsPerDay AS unitsPerDay
FROM
(
    SELECT sku, market, argMaxMerge(lastRecord) AS last
    FROM elasticities_now_rollup
    GROUP BY sku, market
)
COMMENT 'What is known now of how demand answers to price: the last record of each article and market.';

CREATE TABLE IF NOT EXISTS open_alerts_rollup
(
    shipmentId String COMMENT 'The shipment.' CODEC(ZSTD(1)),
    sensorId String COMMENT 'Empty where it is null.' CODEC(ZSTD(1)),
    kind LowCardinality(String) COMMENT 'What is wrong.',
    lastRecord AggregateFunction(argMax, Tuple(
        resultId String, occurredAt DateTime64(3, 'UTC'), causeEventId Nullable(String),
        modelVersion String, reasons Array(Tuple(code String, detail String, weight Float64)),
        severity String, startedAt DateTime64(3, 'UTC'), value Nullable(Float64),
        limit Nullable(Float64), dwellMs Nullable(Int64), degreeMinutes Nullable(Float64),
        meanKineticTemperatureC Nullable(Float64), score Nullable(Float64)), UInt64)
        COMMENT 'The record with the highest offset.' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (shipmentId, sensorId, kind)
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'States of open_alerts. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS open_alerts_feed TO open_alerts_rollup AS
SELECT
    shipmentId,
    ifNull(sensorId, '') AS sensorId,
    kind,
    argMaxState(CAST(
        (resultId, occurredAt, causeEventId, modelVersion, reasons, severity, startedAt, value,
         `limit`, dwellMs, degreeMinutes, meanKineticTemperatureC, score),
        'Tuple(
            resultId String, occurredAt DateTime64(3, \'UTC\'), causeEventId Nullable(String),
            modelVersion String, reasons Array(Tuple(code String, detail String, weight Float64)),
            severity String, startedAt DateTime64(3, \'UTC\'), value Nullable(Float64),
            limit Nullable(Float64), dwellMs Nullable(Int64), degreeMinutes Nullable(Float64),
            meanKineticTemperatureC Nullable(Float64), score Nullable(Float64))'), _offset) AS lastRecord
FROM shipment_alerts
GROUP BY shipmentId, sensorId, kind;

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
    shipmentId,
    nullIf(sensorId, '') AS sensorId,
    kind,
    last.severity AS severity,
    last.startedAt AS startedAt,
    last.occurredAt AS occurredAt,
    last.value AS value,
    last.limit AS `limit`,
    last.dwellMs AS dwellMs,
    last.degreeMinutes AS degreeMinutes,
    last.meanKineticTemperatureC AS meanKineticTemperatureC,
    last.score AS score,
    last.resultId AS resultId,
    last.causeEventId AS causeEventId,
    last.modelVersion AS modelVersion,
    last.reasons AS reasons
FROM
(
    SELECT shipmentId, sensorId, kind, argMaxMerge(lastRecord) AS last
    FROM open_alerts_rollup
    GROUP BY shipmentId, sensorId, kind
)
WHERE last.severity != 'RECOVERED'
COMMENT 'What is wrong with shipments now: the last alert of each shipment, sensor and kind, unless it recovered.';
