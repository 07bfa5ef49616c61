-- Elasticities that learn from their category, prices that are chosen and tried, and what is bought
-- together: the tables of these topics, and what an elasticity says of itself and its category, and a
-- recommended price of when, why and by what it was chosen. What is recommended now is a view, as what
-- is known now is (0003).

ALTER TABLE price_elasticities
    ADD COLUMN IF NOT EXISTS `ownElasticity` Nullable(Float64) COMMENT 'The same by the article\'s own data alone, in this market, without its category; null: not identified.' AFTER `unitsPerDay`;

ALTER TABLE price_elasticities
    ADD COLUMN IF NOT EXISTS `ownSd` Nullable(Float64) COMMENT 'Standard deviation of that; null: not identified.' AFTER `ownElasticity`;

ALTER TABLE price_elasticities
    ADD COLUMN IF NOT EXISTS `categoryElasticity` Nullable(Float64) COMMENT 'What is to be expected of an article of its category of which nothing else is known; null: nothing was learnt of the category.' AFTER `ownSd`;

ALTER TABLE price_elasticities
    ADD COLUMN IF NOT EXISTS `categorySd` Nullable(Float64) COMMENT 'Standard deviation of that: how much its articles differ, and how unsure their mean is; null: nothing was learnt of the category.' AFTER `categoryElasticity`;

ALTER TABLE price_elasticities
    ADD COLUMN IF NOT EXISTS `daysToIdentify` Nullable(Float64) COMMENT 'Days of prices drawn by chance, 10 % up or down, that would identify it; null: it is, or that is not known.' AFTER `categorySd`;

ALTER TABLE elasticities_now_rollup
    ADD COLUMN IF NOT EXISTS `ownElasticity` Nullable(Float64) COMMENT 'The same by the article\'s own data alone, in this market, without its category; null: not identified.' AFTER `unitsPerDay`,
    ADD COLUMN IF NOT EXISTS `ownSd` Nullable(Float64) COMMENT 'Standard deviation of that; null: not identified.' AFTER `ownElasticity`,
    ADD COLUMN IF NOT EXISTS `categoryElasticity` Nullable(Float64) COMMENT 'What is to be expected of an article of its category of which nothing else is known; null: nothing was learnt of the category.' AFTER `ownSd`,
    ADD COLUMN IF NOT EXISTS `categorySd` Nullable(Float64) COMMENT 'Standard deviation of that: how much its articles differ, and how unsure their mean is; null: nothing was learnt of the category.' AFTER `categoryElasticity`,
    ADD COLUMN IF NOT EXISTS `daysToIdentify` Nullable(Float64) COMMENT 'Days of prices drawn by chance, 10 % up or down, that would identify it; null: it is, or that is not known.' AFTER `categorySd`;

ALTER TABLE elasticities_now_feed MODIFY QUERY
SELECT *
FROM price_elasticities;

CREATE OR REPLACE VIEW elasticities_now
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
    unitsPerDay Nullable(Float64) COMMENT 'Demand at the present price, in units a day; null: not known.',
    ownElasticity Nullable(Float64) COMMENT 'The same by the article\'s own data alone, in this market, without its category; null: not identified.',
    ownSd Nullable(Float64) COMMENT 'Standard deviation of that; null: not identified.',
    categoryElasticity Nullable(Float64) COMMENT 'What is to be expected of an article of its category of which nothing else is known; null: nothing was learnt of the category.',
    categorySd Nullable(Float64) COMMENT 'Standard deviation of that: how much its articles differ, and how unsure their mean is; null: nothing was learnt of the category.',
    daysToIdentify Nullable(Float64) COMMENT 'Days of prices drawn by chance, 10 % up or down, that would identify it; null: it is, or that is not known.'
)
AS SELECT
    sku, market, resultId, occurredAt, causeEventId, modelVersion, reasons, category,
    elasticity, sd, p05, p95, status, method, observations, priceChanges, unitsPerDay,
    ownElasticity, ownSd, categoryElasticity, categorySd, daysToIdentify
FROM
(
    SELECT *
    FROM elasticities_now_rollup
    ORDER BY sku, ifNull(market, ''), _offset DESC
    LIMIT 1 BY sku, market
)
COMMENT 'What is known now of how demand answers to price: the last record of each article and market.';

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `policyPriceMinor` Nullable(Int64) COMMENT 'The price that the rules should ask for, in minor units: the recommended one without the deviation drawn by chance; null: as it is.' CODEC(T64, LZ4) AFTER `profitChangePctP95`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `effectiveAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'From when to show it, in ms since 1970 (UTC); null: at once.' CODEC(Delta(8), LZ4) AFTER `policyPriceMinor`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `validUntil` Nullable(DateTime64(3, 'UTC')) COMMENT 'Until when it is meant, in ms since 1970 (UTC); null: until the next one.' CODEC(Delta(8), LZ4) AFTER `effectiveAt`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `epoch` Nullable(Int64) COMMENT 'Of an experiment: the number of the span that the price is drawn for; null: not drawn.' CODEC(T64, LZ4) AFTER `validUntil`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `deviation` Nullable(Float64) COMMENT 'Of an experiment: ln of the recommended over the policy price, before it was rounded; null: not drawn.' AFTER `epoch`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `unitCostMinor` Nullable(Int64) COMMENT 'Cost of a unit, in minor units; null: not known.' CODEC(T64, LZ4) AFTER `deviation`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `elasticity` Nullable(Float64) COMMENT 'The elasticity that it was chosen by; null: not known.' AFTER `unitCostMinor`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `elasticitySd` Nullable(Float64) COMMENT 'Standard deviation of that; null: not known.' AFTER `elasticity`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `unitsPerDay` Nullable(Float64) COMMENT 'Demand at the price now, in units a day; null: not known.' AFTER `elasticitySd`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `stockUnits` Nullable(Int64) COMMENT 'Units in stock; null: not known.' CODEC(T64, LZ4) AFTER `unitsPerDay`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `policyId` Nullable(String) COMMENT 'The policy that set the rules, in `policies`; null: none was published.' AFTER `stockUnits`;

ALTER TABLE price_recommendations
    ADD COLUMN IF NOT EXISTS `policyVersion` Nullable(Int32) COMMENT 'Its version; null: none was published.' CODEC(T64, LZ4) AFTER `policyId`;

CREATE TABLE IF NOT EXISTS recommendations_now_rollup AS price_recommendations
ENGINE = ReplacingMergeTree(_offset)
ORDER BY (sku, ifNull(market, ''))
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Last records, and some earlier ones, for the view recommendations_now. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS recommendations_now_feed TO recommendations_now_rollup AS
SELECT *
FROM price_recommendations;

CREATE VIEW IF NOT EXISTS recommendations_now
(
    sku String COMMENT 'The stock keeping unit.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    resultId String COMMENT 'Of the last record of the article there, in price_recommendations.',
    occurredAt DateTime64(3, 'UTC') COMMENT 'Event time of that record.',
    causeEventId Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    modelVersion String COMMENT 'Of the code and the model that made it.',
    reasons Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first.',
    currency String COMMENT 'Of both prices (ISO 4217).',
    currentPriceMinor Int64 COMMENT 'The price when it was recommended, in minor units.',
    recommendedPriceMinor Int64 COMMENT 'The price recommended, in minor units.',
    action String COMMENT 'AUTO: set it. TEST: show it for its epoch, to learn. HOLD: leave the price.',
    profitChangePctMean Float64 COMMENT 'Expected change of profit, in percent.',
    profitChangePctP05 Float64 COMMENT '5th percentile of the change of profit, in percent.',
    profitChangePctP95 Float64 COMMENT '95th percentile of the change of profit, in percent.',
    policyPriceMinor Nullable(Int64) COMMENT 'The price that the rules should ask for, in minor units: the recommended one without the deviation drawn by chance; null: as it is.',
    effectiveAt Nullable(DateTime64(3, 'UTC')) COMMENT 'From when to show it, in ms since 1970 (UTC); null: at once.',
    validUntil Nullable(DateTime64(3, 'UTC')) COMMENT 'Until when it is meant, in ms since 1970 (UTC); null: until the next one.',
    epoch Nullable(Int64) COMMENT 'Of an experiment: the number of the span that the price is drawn for; null: not drawn.',
    deviation Nullable(Float64) COMMENT 'Of an experiment: ln of the recommended over the policy price, before it was rounded; null: not drawn.',
    unitCostMinor Nullable(Int64) COMMENT 'Cost of a unit, in minor units; null: not known.',
    elasticity Nullable(Float64) COMMENT 'The elasticity that it was chosen by; null: not known.',
    elasticitySd Nullable(Float64) COMMENT 'Standard deviation of that; null: not known.',
    unitsPerDay Nullable(Float64) COMMENT 'Demand at the price now, in units a day; null: not known.',
    stockUnits Nullable(Int64) COMMENT 'Units in stock; null: not known.',
    policyId Nullable(String) COMMENT 'The policy that set the rules, in `policies`; null: none was published.',
    policyVersion Nullable(Int32) COMMENT 'Its version; null: none was published.'
)
AS SELECT
    sku, market, resultId, occurredAt, causeEventId, modelVersion, reasons, currency,
    currentPriceMinor, recommendedPriceMinor, action, profitChangePctMean, profitChangePctP05,
    profitChangePctP95, policyPriceMinor, effectiveAt, validUntil, epoch, deviation,
    unitCostMinor, elasticity, elasticitySd, unitsPerDay, stockUnits, policyId, policyVersion
FROM
(
    SELECT *
    FROM recommendations_now_rollup
    ORDER BY sku, ifNull(market, ''), _offset DESC
    LIMIT 1 BY sku, market
)
COMMENT 'What is recommended now: the last record of each article and market in price_recommendations.';

CREATE TABLE IF NOT EXISTS demand_observations
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `sku` String COMMENT 'The stock keeping unit.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `category` Nullable(String) COMMENT 'The group of articles that it belongs to; null: not known.',
    `modelId` String COMMENT 'The model of its category: elasticities/<category>, or elasticities/ of all articles without one.',
    `leftModelId` Nullable(String) COMMENT 'The model that it belonged to until this record, where its category changed; null: the same.',
    `currency` String COMMENT 'Of all amounts in this record (ISO 4217).',
    `startedAt` DateTime64(3, 'UTC') COMMENT 'When the span began, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `endedAt` DateTime64(3, 'UTC') COMMENT 'When it ended; what happened at that very moment is in the next one. In ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `units` Int64 COMMENT 'Units ordered in it.' CODEC(T64, LZ4),
    `views` Int64 COMMENT 'Product pages looked at in it, while there was stock.' CODEC(T64, LZ4),
    `hours` Float64 COMMENT 'How much of it there was stock, in hours.',
    `isByViews` Bool COMMENT 'Whether exposure is counted in views, as it is from the first one on; false: in hours.',
    `exposure` Float64 COMMENT 'What demand is in proportion to: the views, or the hours.',
    `shownPriceMinor` Int64 COMMENT 'The price that customers saw, in minor units.' CODEC(T64, LZ4),
    `policyPriceMinor` Int64 COMMENT 'The price that the rules asked for, in minor units.' CODEC(T64, LZ4),
    `referencePriceMinor` Int64 COMMENT 'The price that others are compared with, the first of the market, in minor units.' CODEC(T64, LZ4),
    `isExperiment` Bool COMMENT 'Whether the shown price was drawn by chance.',
    `isPromoted` Bool COMMENT 'Whether the article was in a promotion.',
    `competitorPriceMinor` Nullable(Int64) COMMENT 'The lowest price of any competitor seen in the 14 days before, in minor units; null: none was seen.' CODEC(T64, LZ4),
    `isLearnt` Bool COMMENT 'Whether the model learnt at its end, from all spans since it did so last; false: it will with a later one.',
    `expectedUnits` Nullable(Float64) COMMENT 'Units that were expected before they were counted; null: the level was not known yet.',
    `expectedP05` Nullable(Float64) COMMENT '5th percentile of the units expected; null: the level was not known yet.',
    `expectedP95` Nullable(Float64) COMMENT '95th percentile of the units expected; null: the level was not known yet.',
    `deviationMean` Nullable(Float64) COMMENT 'Elasticity by deviations drawn by chance: mean of the coefficient; null: the level is not known yet.',
    `deviationVariance` Nullable(Float64) COMMENT 'Variance of that coefficient; null: the level is not known yet.',
    `priceMean` Nullable(Float64) COMMENT 'Elasticity by the prices that the rules asked for: mean of the coefficient; null: the level is not known yet.',
    `priceVariance` Nullable(Float64) COMMENT 'Variance of that coefficient; null: the level is not known yet.',
    `covariance` Nullable(Float64) COMMENT 'Of the two coefficients; null: the level is not known yet.',
    `excess` Float64 COMMENT 'Of the scatter of demand: what was seen beyond that of chance, as `elasticity-noise.ts` adds it up.',
    `weight` Float64 COMMENT 'Of the scatter of demand: what it is divided by.',
    `observations` Int64 COMMENT 'Buckets that were learnt from until now; one may be of several spans.' CODEC(T64, LZ4),
    `totalUnits` Int64 COMMENT 'Units ordered in them.' CODEC(T64, LZ4),
    `priceChanges` Int32 COMMENT 'How often the price moved in them.' CODEC(T64, LZ4),
    `experimentChanges` Int32 COMMENT 'Of these, how often the deviation drawn by chance did.' CODEC(T64, LZ4),
    `promotionChanges` Int32 COMMENT 'Of these, how often a promotion began or ended.' CODEC(T64, LZ4),
    `daysKnown` Float64 COMMENT 'Days at a known price, in stock or out of it.',
    `daysInStock` Float64 COMMENT 'Of these, in stock.',
    `unitsPerDay` Nullable(Float64) COMMENT 'Demand at the present price, in units a day; null: not known.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What was sold of an article in a market in one span of time, in which nothing but customers changed; what was expected; and what is known of its demand after it.';

CREATE TABLE IF NOT EXISTS elasticity_evidence
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `shardId` String COMMENT 'The model and the part, such as elasticities/coffee#7.',
    `modelId` String COMMENT 'The model that learns from it: elasticities/<category>, or elasticities/ of all articles without one.',
    `sku` Array(String) COMMENT 'By pair of article and market: the stock keeping unit.',
    `market` Array(String) COMMENT 'By pair: the market; empty: the one without a name.',
    `deviationMean` Array(Float64) COMMENT 'By pair: mean of the coefficient of deviations drawn by chance.',
    `deviationVariance` Array(Float64) COMMENT 'By pair: variance of that coefficient.',
    `priceMean` Array(Float64) COMMENT 'By pair: mean of the coefficient of the prices that the rules asked for.',
    `priceVariance` Array(Float64) COMMENT 'By pair: variance of that coefficient.',
    `covariance` Array(Float64) COMMENT 'By pair: covariance of the two coefficients.',
    `excess` Array(Float64) COMMENT 'By pair: scatter of demand beyond that of chance, as `elasticity-noise.ts` adds it up.',
    `weight` Array(Float64) COMMENT 'By pair: what that is divided by.',
    `experimentChanges` Array(Int32) COMMENT 'By pair: how often a deviation drawn by chance moved the price.',
    `priceChanges` Array(Int32) COMMENT 'By pair: how often the price moved.',
    `weekdayUnits` Array(Int64) COMMENT 'By day of the week (UTC) from Monday on: units ordered on days counted in hours, of the last 26 weeks.',
    `weekdayExpected` Array(Int64) COMMENT 'By day of the week (UTC) from Monday on: units that were expected of them, in 64ths.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (shardId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What is known of the demand for the articles of one part of a category, as of a midnight.';

CREATE TABLE IF NOT EXISTS elasticity_populations
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `modelId` String COMMENT 'The model that is fitted to it: elasticities/<category>, or elasticities/ of all articles without one.',
    `category` Nullable(String) COMMENT 'The group of articles; null: those without one.',
    `cutAt` DateTime64(3, 'UTC') COMMENT 'Nothing from then on is counted: a midnight, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `sku` Array(String) COMMENT 'By pair of article and market, sorted by both: the stock keeping unit.',
    `market` Array(String) COMMENT 'By pair: the market; empty: the one without a name.',
    `deviationMean` Array(Float64) COMMENT 'By pair: mean of the coefficient of deviations drawn by chance.',
    `deviationVariance` Array(Float64) COMMENT 'By pair: variance of that coefficient.',
    `priceMean` Array(Float64) COMMENT 'By pair: mean of the coefficient of the prices that the rules asked for.',
    `priceVariance` Array(Float64) COMMENT 'By pair: variance of that coefficient.',
    `covariance` Array(Float64) COMMENT 'By pair: covariance of the two coefficients.',
    `excess` Array(Float64) COMMENT 'By pair: scatter of demand beyond that of chance, as `elasticity-noise.ts` adds it up.',
    `weight` Array(Float64) COMMENT 'By pair: what that is divided by.',
    `experimentChanges` Array(Int32) COMMENT 'By pair: how often a deviation drawn by chance moved the price.',
    `priceChanges` Array(Int32) COMMENT 'By pair: how often the price moved.',
    `weekdayUnits` Array(Int64) COMMENT 'By day of the week (UTC) from Monday on: units ordered on days counted in hours, of the last 26 weeks.',
    `weekdayExpected` Array(Int64) COMMENT 'By day of the week (UTC) from Monday on: units that were expected of them, in 64ths.',
    `inUseVersion` Int32 COMMENT 'Version of the model\'s parameters in use; 0: none was published.' CODEC(T64, LZ4),
    `inUse` Map(String, Float64) COMMENT 'The parameters in use by name; empty: none was published.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (modelId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'All that the model of a category is fitted to: what is known of the demand for its articles as of a midnight, and the parameters in use.';

CREATE TABLE IF NOT EXISTS basket_totals
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `modelId` String COMMENT 'The model that takes it up: baskets/<market>, or baskets/ of the market without a name.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `baskets` Float64 COMMENT 'Orders, each counting half after 90 days.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (modelId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How many orders a market has, old ones counting less.';

CREATE TABLE IF NOT EXISTS basket_counts
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `sku` String COMMENT 'The stock keeping unit.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `baskets` Float64 COMMENT 'Orders that it was in, each counting half after 90 days, as of this record.',
    `neighbours` Array(Tuple(sku String, baskets Float64, error Float64)) COMMENT 'The articles that it was ordered with most, the most frequent first.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How many orders an article was in, and with which others, old orders counting less.';

CREATE TABLE IF NOT EXISTS basket_neighbours
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `sku` String COMMENT 'The stock keeping unit.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `baskets` Float64 COMMENT 'Orders that it was in, each counting half after 90 days, as of this record.',
    `neighbours` Array(Tuple(sku String, baskets Float64, lift Float64, shrunkLift Float64, attach Float64)) COMMENT 'At most 16, the highest shrunk lift first.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The articles that are bought together with an article more often than by chance.';

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_demand_observations_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM demand_observations
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_elasticity_evidence_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM elasticity_evidence
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_elasticity_populations_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM elasticity_populations
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_basket_totals_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM basket_totals
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_basket_counts_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM basket_counts
GROUP BY topic, minute;

CREATE MATERIALIZED VIEW IF NOT EXISTS freshness_basket_neighbours_feed TO freshness_rollup AS
SELECT
    _topic AS topic,
    toStartOfMinute(_emitted_at) AS minute,
    count() AS results,
    max(toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt)) AS latencyMaxMs,
    quantilesBFloat16State(0.5, 0.9, 0.99)(toFloat64(
        toUnixTimestamp64Milli(_emitted_at) - toUnixTimestamp64Milli(occurredAt))) AS latencyQuantiles
FROM basket_neighbours
GROUP BY topic, minute;
