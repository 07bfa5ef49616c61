-- A table for each topic, raw and computed. Written by scripts/write-table-migration.ts from
-- schemas/. Rows are the records of the log, all of them; docs/tables.md says how to read them.

CREATE TABLE IF NOT EXISTS markets
(
    `market` String COMMENT 'The name of the market, as events carry it.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When this became so. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `currency` String COMMENT 'The one currency of the market (ISO 4217); events in another are set aside.',
    `timeZone` String COMMENT 'IANA name, such as Europe/London; its days and hours are those of the customers.',
    `quietFromHour` Nullable(Int32) COMMENT 'Hour of local time from which nobody is written to; null: there are no quiet hours.' CODEC(T64, LZ4),
    `quietToHour` Nullable(Int32) COMMENT 'Hour of local time at which the quiet ends; null: there are no quiet hours.' CODEC(T64, LZ4),
    `competitorBandPct` Nullable(Float64) COMMENT 'How far above or below competitors a price may be, in percent; null: no such limit.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (market, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What holds for a market. The last record of a market counts.';

CREATE TABLE IF NOT EXISTS products
(
    `sku` String COMMENT 'The stock keeping unit: what has a price and a stock.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When this became so. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `category` Nullable(String) COMMENT 'The group of articles whose demand is alike; null: not known.',
    `currency` Nullable(String) COMMENT 'Of all amounts in this record (ISO 4217); null: there are none, or not known.',
    `listPriceMinor` Nullable(Int64) COMMENT 'Price without any promotion, in minor units; null: not known.' CODEC(T64, LZ4),
    `unitCostMinor` Nullable(Int64) COMMENT 'What one unit costs us, in minor units; null: not known, so no profit can be computed.' CODEC(T64, LZ4),
    `priceFloorMinor` Nullable(Int64) COMMENT 'The lowest price that may be set, in minor units; null: no floor.' CODEC(T64, LZ4),
    `priceCeilingMinor` Nullable(Int64) COMMENT 'The highest price that may be set, in minor units; null: no ceiling.' CODEC(T64, LZ4),
    `expiresAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When the stock cannot be sold any more, in ms since 1970 (UTC); null: it does not expire, or not known.' CODEC(Delta(8), LZ4),
    `shelfLifeHours` Nullable(Float64) COMMENT 'How long it keeps under its stated conditions, in hours; null: not known.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What is known of an article. The last record of a SKU counts.';

CREATE TABLE IF NOT EXISTS shipments
(
    `shipmentId` String COMMENT 'Names whatever is watched.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When this became so. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `orderIds` Array(String) COMMENT 'The orders that travel in it; empty for a store room.',
    `contents` Array(Tuple(sku String, quantity Int32)) COMMENT 'What is in it; empty: not known.',
    `carrier` Nullable(String) COMMENT 'Who carries it; null: not known.',
    `lane` Nullable(String) COMMENT 'The route whose travel times are alike; null: not known.',
    `originId` Nullable(String) COMMENT 'Opaque id of the place it leaves from; null: not known.',
    `destinationId` Nullable(String) COMMENT 'Opaque id of the place it goes to; null: not known.',
    `promisedAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised.' CODEC(Delta(8), LZ4),
    `temperatureMinC` Nullable(Float64) COMMENT 'Lowest temperature allowed, in °C; null: no lower limit.',
    `temperatureMaxC` Nullable(Float64) COMMENT 'Highest temperature allowed, in °C; null: no upper limit.',
    `humidityMaxPct` Nullable(Float64) COMMENT 'Highest relative humidity allowed, in percent; null: no limit.',
    `shockMaxG` Nullable(Float64) COMMENT 'Highest acceleration allowed, in g; null: no limit.',
    `readingIntervalMs` Nullable(Int64) COMMENT 'How often its sensors report, in ms; null: not known, so silence is learnt from the readings.' CODEC(T64, LZ4),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What is being watched: a parcel, a container, or a store room. The last record of a shipment counts.';

CREATE TABLE IF NOT EXISTS policies
(
    `policyId` String COMMENT 'Names the policy.',
    `version` Int32 COMMENT 'Counts up with each publication of the policy.' CODEC(T64, LZ4),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was published. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `effectiveAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'From when it holds, in ms since 1970 (UTC); null: from when it was published.' CODEC(Delta(8), LZ4),
    `document` String COMMENT 'The policy itself, as a JSON text.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (policyId, version, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A published version of a policy: thresholds and actions. Never compacted, since scores cite their versions.';

CREATE TABLE IF NOT EXISTS model_parameters
(
    `modelId` String COMMENT 'Names the model.',
    `version` Int32 COMMENT 'Counts up with each fit of the model.' CODEC(T64, LZ4),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was published. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `effectiveAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'From when it is used, in ms since 1970 (UTC); null: from when it was published.' CODEC(Delta(8), LZ4),
    `trainedThrough` Nullable(DateTime64(3, 'UTC')) COMMENT 'Nothing later than this was learnt from, in ms since 1970 (UTC); null: not fitted to data.' CODEC(Delta(8), LZ4),
    `parameters` Map(String, Float64) COMMENT 'The weights by name.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (modelId, version, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A published version of the weights of a model. Never compacted, since scores cite their versions.';

CREATE TABLE IF NOT EXISTS prices
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was set. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `sku` String COMMENT 'The stock keeping unit.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `currency` String COMMENT 'Of both prices (ISO 4217).',
    `policyPriceMinor` Int64 COMMENT 'The price that the rules asked for, in minor units.' CODEC(T64, LZ4),
    `shownPriceMinor` Int64 COMMENT 'The price that customers see, in minor units; differs from the rule\'s in an experiment.' CODEC(T64, LZ4),
    `reason` LowCardinality(String) COMMENT 'Why it was set; only EXPERIMENT was drawn by chance.',
    `promotionId` Nullable(String) COMMENT 'The promotion it belongs to; null: none.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A price was set.';

CREATE TABLE IF NOT EXISTS competitor_prices
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was seen. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `sku` String COMMENT 'Our stock keeping unit for the same article.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `competitor` String COMMENT 'Who asks this price.',
    `currency` String COMMENT 'Of the price (ISO 4217).',
    `priceMinor` Int64 COMMENT 'The price of one unit, in minor units.' CODEC(T64, LZ4),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A price of a competitor was seen.';

CREATE TABLE IF NOT EXISTS inventory
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was counted. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `sku` String COMMENT 'The stock keeping unit.',
    `warehouseId` String COMMENT 'Where the stock is.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `onHand` Int32 COMMENT 'Units that can be sold now.' CODEC(T64, LZ4),
    `onOrder` Int32 COMMENT 'Units ordered from the supplier and not yet here.' CODEC(T64, LZ4),
    `leadTimeDays` Nullable(Float64) COMMENT 'From order to arrival, in days; null: not known.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The stock of an article in a warehouse, as counted.';

CREATE TABLE IF NOT EXISTS clickstream
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When they did it. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `visitorId` String COMMENT 'Opaque id of the browser or the app.',
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: not logged in.',
    `sessionId` Nullable(String) COMMENT 'Opaque id of the visit; null: not known.',
    `type` LowCardinality(String) COMMENT 'What they did.',
    `sku` Nullable(String) COMMENT 'The article it was about; null: about none.',
    `category` Nullable(String) COMMENT 'The group of articles it was about; null: about none, or not known.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `quantity` Nullable(Int32) COMMENT 'Units put into the cart or taken out of it; null: not about units.' CODEC(T64, LZ4),
    `priceMinor` Nullable(Int64) COMMENT 'The price shown for one unit, in minor units; null: none was shown.' CODEC(T64, LZ4),
    `currency` Nullable(String) COMMENT 'Of the price (ISO 4217); null: no price.',
    `dwellMs` Nullable(Int32) COMMENT 'How long they stayed, in ms; null: not measured.' CODEC(T64, LZ4),
    `query` Nullable(String) COMMENT 'What they searched for; null: not a search.',
    `channel` Nullable(String) COMMENT 'Where they came from, such as email or search; null: not known.',
    `campaign` Nullable(String) COMMENT 'The campaign that brought them; null: none, or not known.',
    `referrerUserId` Nullable(String) COMMENT 'Opaque id of the person who recommended us; null: nobody.',
    `deviceId` Nullable(String) COMMENT 'Opaque id of the device; null: not known.',
    `ip` Nullable(String) COMMENT 'Hash of the network address; null: not known.',
    `country` Nullable(String) COMMENT 'Where the network address is (ISO 3166-1 alpha-2); null: not known.',
    `latitude` Nullable(Float64) COMMENT 'In degrees, north positive; null: not known.',
    `longitude` Nullable(Float64) COMMENT 'In degrees, east positive; null: not known.',
    `consents` Array(LowCardinality(String)) COMMENT 'All that is allowed from now on; null: not asked, so no marketing.',
    `consents_known` Bool COMMENT 'Whether consents is known; where it is not, it is empty.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (visitorId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Something that a visitor did in a shop or an app.';

CREATE TABLE IF NOT EXISTS orders
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it happened. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `orderId` String COMMENT 'The order; a refund or a correction may have an id of its own.',
    `originalOrderId` Nullable(String) COMMENT 'The order that a refund or a correction is about; null: it is this one, or cannot be named.',
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: a guest, or not known.',
    `visitorId` Nullable(String) COMMENT 'Opaque id of the browser or the app; null: not known.',
    `type` LowCardinality(String) COMMENT 'What happened. ADJUSTED is a correction of the books, and alone may be negative.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `merchantId` Nullable(String) COMMENT 'Opaque id of the seller on a marketplace; null: we are the seller, or not known.',
    `currency` String COMMENT 'Of all amounts in this record (ISO 4217).',
    `totalMinor` Int64 COMMENT 'What the customer owes, or gets back: lines less discount plus shipping, tax included, in minor units. Negative only on ADJUSTED.' CODEC(T64, LZ4),
    `discountMinor` Int64 COMMENT 'Taken off the lines, in minor units. Negative only on ADJUSTED.' CODEC(T64, LZ4),
    `shippingMinor` Int64 COMMENT 'For shipping, in minor units. Negative only on ADJUSTED.' CODEC(T64, LZ4),
    `lines` Array(Tuple(sku String, category Nullable(String), warehouseId Nullable(String), quantity Int32, unitPriceMinor Int64, listPriceMinor Nullable(Int64), unitCostMinor Nullable(Int64), promotionId Nullable(String))) COMMENT 'What was ordered or given back; empty: not known.',
    `paymentMethod` LowCardinality(Nullable(String)) COMMENT 'How it is paid; null: not known.',
    `instrumentId` Nullable(String) COMMENT 'Hash of the card or the account; null: not known.',
    `issuerCountry` Nullable(String) COMMENT 'Where the card was issued (ISO 3166-1 alpha-2); null: not known.',
    `deviceId` Nullable(String) COMMENT 'Opaque id of the device; null: not known.',
    `ip` Nullable(String) COMMENT 'Hash of the network address; null: not known.',
    `country` Nullable(String) COMMENT 'Where the network address is (ISO 3166-1 alpha-2); null: not known.',
    `latitude` Nullable(Float64) COMMENT 'In degrees, north positive; null: not known.',
    `longitude` Nullable(Float64) COMMENT 'In degrees, east positive; null: not known.',
    `shippingAddressId` Nullable(String) COMMENT 'Hash of the address it goes to; null: not known.',
    `shippingCountry` Nullable(String) COMMENT 'Where it goes to (ISO 3166-1 alpha-2); null: not known.',
    `couponId` Nullable(String) COMMENT 'The coupon used; null: none.',
    `referrerUserId` Nullable(String) COMMENT 'Opaque id of the person who recommended us; null: nobody.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (orderId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Something that happened to an order. It counts as a purchase from PLACED on; PAYMENT_DECLINED and CANCELLED undo it, REFUNDED subtracts its amount.';

CREATE TABLE IF NOT EXISTS logistics
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was measured or seen, by the clock of the sensor. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `shipmentId` String COMMENT 'What is being watched.',
    `sensorId` Nullable(String) COMMENT 'The sensor; null: a person or a scanner saw it.',
    `type` LowCardinality(String) COMMENT 'What was measured or seen.',
    `locationId` Nullable(String) COMMENT 'Opaque id of the place; null: not known.',
    `latitude` Nullable(Float64) COMMENT 'In degrees, north positive; null: not known.',
    `longitude` Nullable(Float64) COMMENT 'In degrees, east positive; null: not known.',
    `speedKph` Nullable(Float64) COMMENT 'In km/h; null: not measured.',
    `temperatureC` Nullable(Float64) COMMENT 'In °C; null: not measured. As a sensor says it, so not limited.',
    `humidityPct` Nullable(Float64) COMMENT 'Relative humidity, in percent; null: not measured.',
    `shockG` Nullable(Float64) COMMENT 'Greatest acceleration since the last reading, in g; null: not measured.',
    `tiltDeg` Nullable(Float64) COMMENT 'Angle from upright, in degrees; null: not measured.',
    `batteryPct` Nullable(Float64) COMMENT 'Charge left in the sensor, in percent; null: not measured.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A reading of a sensor, or a step on the way of a shipment.';

CREATE TABLE IF NOT EXISTS fraud_labels
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it became known, often weeks after the order. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `orderId` String COMMENT 'The order it is about.',
    `isFraud` Bool COMMENT 'True: it was fraud. False: it was not, as far as anybody said.',
    `source` LowCardinality(String) COMMENT 'Who said so; EXPIRED with isFraud false: nobody complained in time.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (orderId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'It became known whether an order was fraud.';

CREATE TABLE IF NOT EXISTS lifecycle_segments
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `subjectType` LowCardinality(String) COMMENT 'Whether the subject is a person we know or a visitor.',
    `subjectId` String COMMENT 'The userId or the visitorId.',
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: a visitor nobody has logged in as.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `currency` Nullable(String) COMMENT 'Of all amounts in this record (ISO 4217); null: nothing was bought yet.',
    `stage` LowCardinality(String) COMMENT 'How far it has come.',
    `previousStage` LowCardinality(Nullable(String)) COMMENT 'The stage before this record; null: this is the first record of the subject.',
    `activity` LowCardinality(String) COMMENT 'Whether it still comes.',
    `previousActivity` LowCardinality(Nullable(String)) COMMENT 'The activity before this record; null: this is the first record of the subject.',
    `tags` Array(String) COMMENT 'All segments that it is in, sorted.',
    `entered` Array(String) COMMENT 'Segments that it is in since this record, sorted.',
    `exited` Array(String) COMMENT 'Segments that it was in until this record, sorted.',
    `recencyDays` Nullable(Float64) COMMENT 'Since the last purchase, in days; null: nothing was bought.',
    `frequency` Int32 COMMENT 'Days with a purchase, less one; 0 too where nothing was bought.' CODEC(T64, LZ4),
    `monetaryMinor` Nullable(Int64) COMMENT 'Net worth of all purchases: placed, less cancelled and refunded, plus adjusted; in minor units, below 0 where more came back than was bought. null: no order yet.' CODEC(T64, LZ4),
    `pAlive` Nullable(Float64) COMMENT 'Probability that it is still a customer; null: nothing to tell it from.',
    `churnRisk30d` Nullable(Float64) COMMENT 'Probability of no purchase in the next 30 days; null: nothing to tell it from.',
    `churnRisk90d` Nullable(Float64) COMMENT 'Probability of no purchase in the next 90 days; null: nothing to tell it from.',
    `expectedOrders90d` Nullable(Float64) COMMENT 'Expected number of orders in the next 90 days; null: nothing to tell it from.',
    `ltv52wMinor` Nullable(Int64) COMMENT 'Expected worth of the next 52 weeks, in minor units; null: nothing to tell it from.' CODEC(T64, LZ4),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (subjectId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Where a visitor or a user stands as a customer. The last record of a subject is never further from now than its model allows.';

CREATE TABLE IF NOT EXISTS journey_triggers
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `userId` String COMMENT 'Opaque id of the person.',
    `trigger` LowCardinality(String) COMMENT 'The occasion.',
    `currency` Nullable(String) COMMENT 'Of the cart (ISO 4217); null: no cart, or no prices in it.',
    `cartValueMinor` Nullable(Int64) COMMENT 'Worth of the cart, in minor units; null: no cart, or no prices in it.' CODEC(T64, LZ4),
    `suppressedBy` Nullable(String) COMMENT 'The rule that forbids to write, such as consent or quiet hours; null: write.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (userId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'It is time to write to a person, or it would be, were nothing in the way.';

CREATE TABLE IF NOT EXISTS price_elasticities
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `sku` String COMMENT 'The stock keeping unit.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `category` Nullable(String) COMMENT 'The group of articles that it learnt from; null: not known.',
    `elasticity` Nullable(Float64) COMMENT 'Change of demand in percent per percent of price; null exactly where the status is NOT_IDENTIFIED.',
    `sd` Nullable(Float64) COMMENT 'Standard deviation of the elasticity; null: not identified.',
    `p05` Nullable(Float64) COMMENT '5th percentile of the elasticity; null: not identified.',
    `p95` Nullable(Float64) COMMENT '95th percentile of the elasticity; null: not identified.',
    `status` LowCardinality(String) COMMENT 'How well it is known.',
    `method` LowCardinality(String) COMMENT 'What it was learnt from.',
    `observations` Int64 COMMENT 'Buckets of time with a price and a demand.' CODEC(T64, LZ4),
    `priceChanges` Int32 COMMENT 'How often the price moved in them.' CODEC(T64, LZ4),
    `unitsPerDay` Nullable(Float64) COMMENT 'Demand at the present price, in units a day; null: not known.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How demand for an article answers its price in a market. Null where the data cannot tell.';

CREATE TABLE IF NOT EXISTS price_recommendations
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `sku` String COMMENT 'The stock keeping unit.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.',
    `currency` String COMMENT 'Of both prices (ISO 4217).',
    `currentPriceMinor` Int64 COMMENT 'The price now, in minor units.' CODEC(T64, LZ4),
    `recommendedPriceMinor` Int64 COMMENT 'The price recommended, in minor units.' CODEC(T64, LZ4),
    `action` LowCardinality(String) COMMENT 'AUTO: set it. TEST: try it on some. HOLD: leave the price.',
    `profitChangePctMean` Float64 COMMENT 'Expected change of profit, in percent.',
    `profitChangePctP05` Float64 COMMENT '5th percentile of the change of profit, in percent.',
    `profitChangePctP95` Float64 COMMENT '95th percentile of the change of profit, in percent.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The price that would earn most within the rules, and how sure that is.';

CREATE TABLE IF NOT EXISTS fraud_scores
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `subjectType` LowCardinality(String) COMMENT 'Whether the subject is an order or a login.',
    `subjectId` String COMMENT 'The orderId, or the eventId of the login.',
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: a guest, or not known.',
    `score` Float64 COMMENT 'Calibrated probability of fraud, from 0 to 1.',
    `evidence` LowCardinality(String) COMMENT 'How much was known when it was scored.',
    `action` LowCardinality(String) COMMENT 'What the policy says to do.',
    `policyId` String COMMENT 'The policy that chose the action.',
    `policyVersion` Int32 COMMENT 'The version of that policy.' CODEC(T64, LZ4),
    `features` Map(String, Float64) COMMENT 'What the score was computed from, by name; what is not known is absent.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (subjectId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How likely an order or a login is fraud, and what to do. Exactly one for every PLACED order and every LOGIN.';

CREATE TABLE IF NOT EXISTS shipment_alerts
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `shipmentId` String COMMENT 'What is being watched.',
    `sensorId` Nullable(String) COMMENT 'The sensor that told it; null: about the shipment as a whole.',
    `kind` LowCardinality(String) COMMENT 'What is wrong.',
    `severity` LowCardinality(String) COMMENT 'How grave it is; RECOVERED: it is right again.',
    `startedAt` DateTime64(3, 'UTC') COMMENT 'Since when it is wrong, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `value` Nullable(Float64) COMMENT 'What was measured, in the unit of the kind; null: nothing is measured for it.',
    `limit` Nullable(Float64) COMMENT 'What was allowed, in the same unit; null: there is no limit.',
    `dwellMs` Nullable(Int64) COMMENT 'How long it has been beyond the limit, in ms; null: not about a limit.' CODEC(T64, LZ4),
    `degreeMinutes` Nullable(Float64) COMMENT 'Degrees beyond the limit times minutes, in °C·min; null: not about temperature.',
    `meanKineticTemperatureC` Nullable(Float64) COMMENT 'The constant temperature that would do the same harm, in °C; null: not about temperature.',
    `score` Nullable(Float64) COMMENT 'How unusual it is, in standard deviations; null: judged by a limit.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Something is wrong with a shipment, or right again.';

CREATE TABLE IF NOT EXISTS shipment_etas
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `shipmentId` String COMMENT 'What is on its way.',
    `stage` LowCardinality(String) COMMENT 'How far it has come.',
    `etaP05` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .05, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `etaP50` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .5, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `etaP90` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .9, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `etaP95` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .95, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `promisedAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised.' CODEC(Delta(8), LZ4),
    `lateProbability` Nullable(Float64) COMMENT 'Probability of arriving after the promise; null: nothing was promised.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'When a shipment will arrive, as percentiles.';

CREATE TABLE IF NOT EXISTS replenishment_advice
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.',
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    `modelVersion` String COMMENT 'Of the code and the model that made it.',
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.',
    `sku` String COMMENT 'The stock keeping unit.',
    `warehouseId` String COMMENT 'Where the stock is.',
    `onHand` Int32 COMMENT 'Units that can be sold now.' CODEC(T64, LZ4),
    `onOrder` Int32 COMMENT 'Units ordered from the supplier and not yet here.' CODEC(T64, LZ4),
    `reorderPoint` Int32 COMMENT 'Order when units on hand and on order fall below this.' CODEC(T64, LZ4),
    `orderQuantity` Int32 COMMENT 'Units to order now; 0: nothing.' CODEC(T64, LZ4),
    `stockoutProbability` Float64 COMMENT 'Probability of running out before an order made now arrives.',
    `demandPerDay` Float64 COMMENT 'Expected demand, in units a day.',
    `daysOfCover` Nullable(Float64) COMMENT 'How long the stock lasts at that demand, in days; null: nothing is sold.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Whether to order more of an article for a warehouse, and how much.';

CREATE TABLE IF NOT EXISTS late_events
(
    `topic` String COMMENT 'Where it came from.',
    `partition` Int32 COMMENT 'The partition it came from.' CODEC(T64, LZ4),
    `offset` Int64 COMMENT 'Its offset there.' CODEC(T64, LZ4),
    `pipelineId` String COMMENT 'The pipeline that set it aside.',
    `eventId` Nullable(String) COMMENT 'Its eventId; null: it has none.',
    `eventOccurredAt` DateTime64(3, 'UTC') COMMENT 'Its event time, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `watermark` DateTime64(3, 'UTC') COMMENT 'The watermark that it came after, in ms since 1970 (UTC).' CODEC(Delta(8), LZ4),
    `lateByMs` Int64 COMMENT 'How far it is behind the watermark, in ms.' CODEC(T64, LZ4),
    `payload` String COMMENT 'The record as it was on the topic.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (topic, `partition`, `offset`, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A record that came after the watermark and was set aside, with how late it was. It can be redriven.';

CREATE TABLE IF NOT EXISTS dead_letters
(
    `topic` String COMMENT 'Where it came from.',
    `partition` Int32 COMMENT 'The partition it came from.' CODEC(T64, LZ4),
    `offset` Int64 COMMENT 'Its offset there.' CODEC(T64, LZ4),
    `stage` LowCardinality(String) COMMENT 'Where it failed.',
    `pipelineId` Nullable(String) COMMENT 'The pipeline that failed on it; null: it failed before any.',
    `key` Nullable(String) COMMENT 'Its key; null: it has none, or it is not text.',
    `schemaId` Nullable(Int32) COMMENT 'The schema id of its frame; null: it has no frame.' CODEC(T64, LZ4),
    `errorCode` String COMMENT 'The stored code, such as MALFORMED_JSON.',
    `error` String COMMENT 'What was wrong and what to do, in sentences.',
    `payload` String COMMENT 'The record as it was on the topic.',
    `headers` Map(String, String) COMMENT 'Its headers.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, LZ4),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, LZ4),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), LZ4)
)
ENGINE = MergeTree
ORDER BY (topic, `partition`, `offset`, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A record that could not be read or handled, with the error. It can be redriven.';
