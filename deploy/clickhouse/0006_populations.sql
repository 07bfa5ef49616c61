-- The population that learns from its buyers, identities that are merged, and people who are erased:
-- the tables of these topics, and what a segment says of purchases, views, ranks and its end. Whoever
-- is closed, as merged or erased, stands nowhere now.

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `firstPurchaseAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the first purchase that stands, in ms since 1970 (UTC); null: none does.' CODEC(Delta(8), LZ4) AFTER `ltv52wMinor`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `lastPurchaseAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the last purchase that stands, in ms since 1970 (UTC); null: none does.' CODEC(Delta(8), LZ4) AFTER `firstPurchaseAt`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `purchaseChurnRisk30d` Nullable(Float64) COMMENT 'The model\'s own chance of no purchase within 30 days, before it is calibrated to seasons; null: nothing was bought yet.' AFTER `lastPurchaseAt`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `purchaseChurnRisk90d` Nullable(Float64) COMMENT 'The model\'s own chance of no purchase within 90 days, before it is calibrated to seasons; null: nothing was bought yet.' AFTER `purchaseChurnRisk30d`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `purchases` Int32 COMMENT 'Purchases that stand.' CODEC(T64, LZ4) AFTER `purchaseChurnRisk90d`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `dealPurchases` Int32 COMMENT 'Of these, on a deal.' CODEC(T64, LZ4) AFTER `purchases`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `views` Int32 COMMENT 'Articles with a known list price that were looked at.' CODEC(T64, LZ4) AFTER `dealPurchases`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `dealViews` Int32 COMMENT 'Of these, below the list price.' CODEC(T64, LZ4) AFTER `views`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `recencyQuintile` Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by the time since the last purchase; null: not compared.' CODEC(T64, LZ4) AFTER `dealViews`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `frequencyQuintile` Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by purchase days; null: not compared.' CODEC(T64, LZ4) AFTER `recencyQuintile`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `monetaryQuintile` Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by the mean net value of a purchase day; null: not compared.' CODEC(T64, LZ4) AFTER `frequencyQuintile`;

ALTER TABLE lifecycle_segments
    ADD COLUMN IF NOT EXISTS `closedAs` LowCardinality(Nullable(String)) COMMENT 'This is the last record of the subject: a visitor who turned out to be a user, or a person who is erased; null: it is not.' AFTER `monetaryQuintile`;

CREATE TABLE IF NOT EXISTS population_changes
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `subjectId` String COMMENT 'The buyer: USER: or VISITOR: and the id.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `change` LowCardinality(String) COMMENT 'JOINED and LEFT a cell; FORECAST: what became of one.',
    `cohortDay` Int32 COMMENT 'Day of the first purchase, in days since 1970 (UTC).' CODEC(T64, LZ4),
    `repeats` Int32 COMMENT 'Purchase days after the first.' CODEC(T64, LZ4),
    `lastDay` Int32 COMMENT 'Day of the last purchase, in days since 1970 (UTC).' CODEC(T64, LZ4),
    `spendBucket` Nullable(Int32) COMMENT 'Bucket (1 % wide) of the mean net value of a purchase day, in minor units; null: nothing was paid.' CODEC(T64, LZ4),
    `purchases` Int32 COMMENT 'Purchases that stand.' CODEC(T64, LZ4),
    `dealPurchases` Int32 COMMENT 'Of these, on a deal.' CODEC(T64, LZ4),
    `views` Int32 COMMENT 'Articles with a known price that were looked at.' CODEC(T64, LZ4),
    `dealViews` Int32 COMMENT 'Of these, on a deal.' CODEC(T64, LZ4),
    `horizonDays` Nullable(Int32) COMMENT 'Of a forecast: how far it looked ahead; null: no forecast.' CODEC(T64, LZ4),
    `forecastAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'Of a forecast: when it was made, in ms since 1970 (UTC); null: no forecast.' CODEC(Delta(8), LZ4),
    `churnRisk` Nullable(Float64) COMMENT 'Of a forecast: the chance of no purchase at the moment it was made, by the rhythms in use when it ended, before any calibration; null: no forecast.',
    `bought` Nullable(Bool) COMMENT 'Of a forecast: whether there was a purchase within the horizon; null: no forecast.',
    `judgedModelId` Nullable(String) COMMENT 'Of a forecast: the model whose rhythms gave churnRisk, purchases or purchases/<market>; null: no forecast.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (subjectId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A buyer joined a cell of the population or left one, or a forecast about the buyer came true or did not. Sums of these are the population.';

CREATE TABLE IF NOT EXISTS purchase_cohorts
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `cohortId` String COMMENT 'The model and the week, such as purchases/UK|2025-01-02.',
    `modelId` String COMMENT 'The model that is fitted to it: purchases/<market>, or purchases for all markets.',
    `cohortWeek` Int32 COMMENT 'Weeks since 1970 (UTC), of seven days from Thursday on.' CODEC(T64, LZ4),
    `cohortDay` Array(Int32) COMMENT 'By cell: day of the first purchase, in days since 1970 (UTC).',
    `repeats` Array(Int32) COMMENT 'By cell: purchase days after the first.',
    `lastDay` Array(Int32) COMMENT 'By cell: day of the last purchase, in days since 1970 (UTC).',
    `buyers` Array(Int32) COMMENT 'By cell: how many buyers.',
    `spendRepeats` Array(Int32) COMMENT 'By cell of amounts: purchase days after the first.',
    `spendBucket` Array(Int32) COMMENT 'By cell of amounts: bucket (1 % wide) of the mean net value of a purchase day, in minor units.',
    `spendBuyers` Array(Int32) COMMENT 'By cell of amounts: how many buyers.',
    `deals` Array(Int32) COMMENT 'What deals were shown and taken, as `deal-population.ts` adds it up; empty: not counted.',
    `outcomeHorizonDays` Array(Int32) COMMENT 'By bin of forecasts that ended since the record before: how far they looked ahead.',
    `outcomeBin` Array(Int32) COMMENT 'By bin of forecasts: their log-odds, as `outcome-bins.ts` cuts them.',
    `outcomes` Array(Int32) COMMENT 'By bin of forecasts: how many.',
    `happened` Array(Int32) COMMENT 'By bin of forecasts: of how many nothing was bought.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (cohortId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The buyers whose first purchase was in one week, counted by what the purchase model knows of them, as of a midnight.';

CREATE TABLE IF NOT EXISTS purchase_populations
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `modelId` String COMMENT 'The model that is fitted to it: purchases/<market>, or purchases for all markets.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null: all of them, or the market that has no name.',
    `cutAt` DateTime64(3, 'UTC') COMMENT 'Nothing from then on is counted: a midnight, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `cohortDay` Array(Int32) COMMENT 'By cell: day of the first purchase, in days since 1970 (UTC).',
    `repeats` Array(Int32) COMMENT 'By cell: purchase days after the first.',
    `lastDay` Array(Int32) COMMENT 'By cell: day of the last purchase, in days since 1970 (UTC).',
    `buyers` Array(Int32) COMMENT 'By cell: how many buyers.',
    `spendRepeats` Array(Int32) COMMENT 'By cell of amounts: purchase days after the first.',
    `spendBucket` Array(Int32) COMMENT 'By cell of amounts: bucket (1 % wide) of the mean net value of a purchase day, in minor units.',
    `spendBuyers` Array(Int32) COMMENT 'By cell of amounts: how many buyers.',
    `deals` Array(Int64) COMMENT 'What deals were shown and taken, as `deal-population.ts` adds it up; empty: not counted.',
    `outcomeHorizonDays` Array(Int32) COMMENT 'By bin of forecasts: how far they looked ahead.',
    `outcomeBin` Array(Int32) COMMENT 'By bin of forecasts: their log-odds, as `outcome-bins.ts` cuts them.',
    `outcomes` Array(Float64) COMMENT 'By bin of forecasts: how many, old ones counting less.',
    `happened` Array(Float64) COMMENT 'By bin of forecasts: of how many nothing was bought.',
    `inUseVersion` Int32 COMMENT 'Version of the model\'s parameters in use; 0: none was published.' CODEC(T64, LZ4),
    `inUse` Map(String, Float64) COMMENT 'The parameters in use by name; a market without rhythms of its own has those of all. Empty: none was published.',
    `hasOwnRhythms` Bool COMMENT 'Whether the rhythms in inUse are the model\'s own; false: those of all markets, or none.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (modelId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'All that a refit reads: the buyers of a market, or of all, as of a midnight, and the parameters in use.';

CREATE TABLE IF NOT EXISTS erasures
(
    `eventId` String COMMENT 'Unique in this topic.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was asked for. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `userId` String COMMENT 'Opaque id of the person.',
    `visitorIds` Array(String) COMMENT 'Browsers and apps of the person, as identity-merges has them: what is kept of these is forgotten too.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (userId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A person asked to be forgotten.';

CREATE TABLE IF NOT EXISTS identity_merges
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `visitorId` String COMMENT 'Opaque id of the browser or the app.',
    `userId` String COMMENT 'Opaque id of the person that it turned out to be.',
    `since` DateTime64(3, 'UTC') COMMENT 'Names the turn: when the visitor first turned out to be this user, after having been another or being forgotten. In ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `mergedAt` DateTime64(3, 'UTC') COMMENT 'When the visitor last turned out to be this user: what was done as a guest until then is the user\'s. In ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `revision` Int32 COMMENT 'Counts up with each change of what this turn brought; the highest holds.' CODEC(T64, LZ4),
    `market` Nullable(String) COMMENT 'Of the first order as a guest; null: there is none, or it names no market.',
    `currency` Nullable(String) COMMENT 'Of all amounts in this record (ISO 4217), that of the first order as a guest: those in another are left out; null: nothing was bought.',
    `purchases` Int32 COMMENT 'Purchases as a guest that stand.' CODEC(T64, LZ4),
    `dealPurchases` Int32 COMMENT 'Of these, on a deal.' CODEC(T64, LZ4),
    `netMinor` Int64 COMMENT 'Net worth of all orders as a guest: placed, less cancelled and refunded, plus adjusted; in minor units, below 0 where more came back than was bought.' CODEC(T64, LZ4),
    `firstPurchaseAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the first purchase that stands, in ms since 1970 (UTC); null: none does.' CODEC(Delta(8), LZ4),
    `lastPurchaseAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the last purchase that stands, in ms since 1970 (UTC); null: none does.' CODEC(Delta(8), LZ4),
    `days` Array(Int32) COMMENT 'Days with one of the last 32 orders, where it stands, ascending, in days since 1970 (UTC).',
    `olderDays` Int32 COMMENT 'How many further days there are, of earlier orders.' CODEC(T64, LZ4),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (visitorId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A visitor turned out to be a user: whom, and what the visitor bought as a guest. The last revision of a turn is all that it brought.';

ALTER TABLE segments_now_rollup
    ADD COLUMN IF NOT EXISTS `firstPurchaseAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the first purchase that stands, in ms since 1970 (UTC); null: none does.' CODEC(Delta(8), LZ4) AFTER `ltv52wMinor`,
    ADD COLUMN IF NOT EXISTS `lastPurchaseAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the last purchase that stands, in ms since 1970 (UTC); null: none does.' CODEC(Delta(8), LZ4) AFTER `firstPurchaseAt`,
    ADD COLUMN IF NOT EXISTS `purchaseChurnRisk30d` Nullable(Float64) COMMENT 'The model\'s own chance of no purchase within 30 days, before it is calibrated to seasons; null: nothing was bought yet.' AFTER `lastPurchaseAt`,
    ADD COLUMN IF NOT EXISTS `purchaseChurnRisk90d` Nullable(Float64) COMMENT 'The model\'s own chance of no purchase within 90 days, before it is calibrated to seasons; null: nothing was bought yet.' AFTER `purchaseChurnRisk30d`,
    ADD COLUMN IF NOT EXISTS `purchases` Int32 COMMENT 'Purchases that stand.' CODEC(T64, LZ4) AFTER `purchaseChurnRisk90d`,
    ADD COLUMN IF NOT EXISTS `dealPurchases` Int32 COMMENT 'Of these, on a deal.' CODEC(T64, LZ4) AFTER `purchases`,
    ADD COLUMN IF NOT EXISTS `views` Int32 COMMENT 'Articles with a known list price that were looked at.' CODEC(T64, LZ4) AFTER `dealPurchases`,
    ADD COLUMN IF NOT EXISTS `dealViews` Int32 COMMENT 'Of these, below the list price.' CODEC(T64, LZ4) AFTER `views`,
    ADD COLUMN IF NOT EXISTS `recencyQuintile` Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by the time since the last purchase; null: not compared.' CODEC(T64, LZ4) AFTER `dealViews`,
    ADD COLUMN IF NOT EXISTS `frequencyQuintile` Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by purchase days; null: not compared.' CODEC(T64, LZ4) AFTER `recencyQuintile`,
    ADD COLUMN IF NOT EXISTS `monetaryQuintile` Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by the mean net value of a purchase day; null: not compared.' CODEC(T64, LZ4) AFTER `frequencyQuintile`,
    ADD COLUMN IF NOT EXISTS `closedAs` LowCardinality(Nullable(String)) COMMENT 'This is the last record of the subject: a visitor who turned out to be a user, or a person who is erased; null: it is not.' AFTER `monetaryQuintile`;

ALTER TABLE segments_now_feed MODIFY QUERY
SELECT *
FROM lifecycle_segments;

CREATE OR REPLACE VIEW segments_now
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
    ltv52wMinor Nullable(Int64) COMMENT 'Expected worth of 52 weeks, in minor units; null: nothing to tell it from.',
    firstPurchaseAt Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the first purchase that stands, in ms since 1970 (UTC); null: none does.',
    lastPurchaseAt Nullable(DateTime64(3, 'UTC')) COMMENT 'Of the last purchase that stands, in ms since 1970 (UTC); null: none does.',
    purchaseChurnRisk30d Nullable(Float64) COMMENT 'The model\'s own chance of no purchase within 30 days, before it is calibrated to seasons; null: nothing was bought yet.',
    purchaseChurnRisk90d Nullable(Float64) COMMENT 'The model\'s own chance of no purchase within 90 days, before it is calibrated to seasons; null: nothing was bought yet.',
    purchases Int32 COMMENT 'Purchases that stand.',
    dealPurchases Int32 COMMENT 'Of these, on a deal.',
    views Int32 COMMENT 'Articles with a known list price that were looked at.',
    dealViews Int32 COMMENT 'Of these, below the list price.',
    recencyQuintile Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by the time since the last purchase; null: not compared.',
    frequencyQuintile Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by purchase days; null: not compared.',
    monetaryQuintile Nullable(Int32) COMMENT 'From 1 to 5, the best: among the buyers of the market, by the mean net value of a purchase day; null: not compared.'
)
AS SELECT
    subjectType, subjectId, resultId, occurredAt, causeEventId, modelVersion, reasons, userId,
    market, currency, stage, previousStage, activity, previousActivity, tags, entered, exited,
    recencyDays, frequency, monetaryMinor, pAlive, churnRisk30d, churnRisk90d,
    expectedOrders90d, ltv52wMinor, firstPurchaseAt, lastPurchaseAt, purchaseChurnRisk30d,
    purchaseChurnRisk90d, purchases, dealPurchases, views, dealViews, recencyQuintile,
    frequencyQuintile, monetaryQuintile
FROM
(
    SELECT *
    FROM segments_now_rollup
    ORDER BY subjectType, subjectId, _offset DESC
    LIMIT 1 BY subjectType, subjectId
)
WHERE closedAs IS NULL
COMMENT 'Where each visitor and user stands now: the last record of each in lifecycle_segments.';

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_population_changes_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM population_changes
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_purchase_cohorts_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM purchase_cohorts
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_purchase_populations_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM purchase_populations
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_identity_merges_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM identity_merges
GROUP BY topic, minute;
