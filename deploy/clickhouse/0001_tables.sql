-- A table for each topic, raw and computed. Written by scripts/write-table-migration.ts from
-- schemas/. Rows are the records of the log, all of them; docs/tables.md says how to read them.

CREATE TABLE IF NOT EXISTS markets
(
    `market` String COMMENT 'The name of the market, as events carry it.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When this became so. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `currency` String COMMENT 'The one currency of the market (ISO 4217); events in another are set aside.' CODEC(ZSTD(1)),
    `timeZone` String COMMENT 'IANA name, such as Europe/London; its days and hours are those of the customers.' CODEC(ZSTD(1)),
    `quietFromHour` Nullable(Int32) COMMENT 'Hour of local time from which nobody is written to; null: there are no quiet hours.' CODEC(T64, ZSTD(1)),
    `quietToHour` Nullable(Int32) COMMENT 'Hour of local time at which the quiet ends; null: there are no quiet hours.' CODEC(T64, ZSTD(1)),
    `competitorBandPct` Nullable(Float64) COMMENT 'How far above or below competitors a price may be, in percent; null: no such limit.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (market, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What holds for a market. The last record of a market counts.';

CREATE TABLE IF NOT EXISTS products
(
    `sku` String COMMENT 'The stock keeping unit: what has a price and a stock.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When this became so. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `category` Nullable(String) COMMENT 'The group of articles whose demand is alike; null: not known.' CODEC(ZSTD(1)),
    `currency` Nullable(String) COMMENT 'Of all amounts in this record (ISO 4217); null: there are none, or not known.' CODEC(ZSTD(1)),
    `listPriceMinor` Nullable(Int64) COMMENT 'Price without any promotion, in minor units; null: not known.' CODEC(T64, ZSTD(1)),
    `unitCostMinor` Nullable(Int64) COMMENT 'What one unit costs us, in minor units; null: not known, so no profit can be computed.' CODEC(T64, ZSTD(1)),
    `priceFloorMinor` Nullable(Int64) COMMENT 'The lowest price that may be set, in minor units; null: no floor.' CODEC(T64, ZSTD(1)),
    `priceCeilingMinor` Nullable(Int64) COMMENT 'The highest price that may be set, in minor units; null: no ceiling.' CODEC(T64, ZSTD(1)),
    `expiresAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When the stock cannot be sold any more, in ms since 1970 (UTC); null: it does not expire, or not known.' CODEC(Delta(8), ZSTD(1)),
    `shelfLifeHours` Nullable(Float64) COMMENT 'How long it keeps under its stated conditions, in hours; null: not known.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What is known of an article. The last record of a SKU counts.';

CREATE TABLE IF NOT EXISTS shipments
(
    `shipmentId` String COMMENT 'Names whatever is watched.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When this became so. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `orderIds` Array(String) COMMENT 'The orders that travel in it; empty for a store room.' CODEC(ZSTD(1)),
    `contents` Array(Tuple(sku String, quantity Int32)) COMMENT 'What is in it; empty: not known.' CODEC(ZSTD(1)),
    `carrier` Nullable(String) COMMENT 'Who carries it; null: not known.' CODEC(ZSTD(1)),
    `lane` Nullable(String) COMMENT 'The route whose travel times are alike; null: not known.' CODEC(ZSTD(1)),
    `originId` Nullable(String) COMMENT 'Opaque id of the place it leaves from; null: not known.' CODEC(ZSTD(1)),
    `destinationId` Nullable(String) COMMENT 'Opaque id of the place it goes to; null: not known.' CODEC(ZSTD(1)),
    `promisedAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised.' CODEC(Delta(8), ZSTD(1)),
    `temperatureMinC` Nullable(Float64) COMMENT 'Lowest temperature allowed, in °C; null: no lower limit.' CODEC(ZSTD(1)),
    `temperatureMaxC` Nullable(Float64) COMMENT 'Highest temperature allowed, in °C; null: no upper limit.' CODEC(ZSTD(1)),
    `humidityMaxPct` Nullable(Float64) COMMENT 'Highest relative humidity allowed, in percent; null: no limit.' CODEC(ZSTD(1)),
    `shockMaxG` Nullable(Float64) COMMENT 'Highest acceleration allowed, in g; null: no limit.' CODEC(ZSTD(1)),
    `readingIntervalMs` Nullable(Int64) COMMENT 'How often its sensors report, in ms; null: not known, so silence is learnt from the readings.' CODEC(T64, ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'What is being watched: a parcel, a container, or a store room. The last record of a shipment counts.';

CREATE TABLE IF NOT EXISTS policies
(
    `policyId` String COMMENT 'Names the policy.' CODEC(ZSTD(1)),
    `version` Int32 COMMENT 'Counts up with each publication of the policy.' CODEC(T64, ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was published. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `effectiveAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'From when it holds, in ms since 1970 (UTC); null: from when it was published.' CODEC(Delta(8), ZSTD(1)),
    `document` String COMMENT 'The policy itself, as a JSON text.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (policyId, version, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A published version of a policy: thresholds and actions. Never compacted, since scores cite their versions.';

CREATE TABLE IF NOT EXISTS model_parameters
(
    `modelId` String COMMENT 'Names the model.' CODEC(ZSTD(1)),
    `version` Int32 COMMENT 'Counts up with each fit of the model.' CODEC(T64, ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was published. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `effectiveAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'From when it is used, in ms since 1970 (UTC); null: from when it was published.' CODEC(Delta(8), ZSTD(1)),
    `trainedThrough` Nullable(DateTime64(3, 'UTC')) COMMENT 'Nothing later than this was learnt from, in ms since 1970 (UTC); null: not fitted to data.' CODEC(Delta(8), ZSTD(1)),
    `parameters` Map(String, Float64) COMMENT 'The weights by name.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (modelId, version, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A published version of the weights of a model. Never compacted, since scores cite their versions.';

CREATE TABLE IF NOT EXISTS prices
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was set. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `sku` String COMMENT 'The stock keeping unit.' CODEC(ZSTD(1)),
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `currency` String COMMENT 'Of both prices (ISO 4217).' CODEC(ZSTD(1)),
    `policyPriceMinor` Int64 COMMENT 'The price that the rules asked for, in minor units.' CODEC(T64, ZSTD(1)),
    `shownPriceMinor` Int64 COMMENT 'The price that customers see, in minor units; differs from the rule\'s in an experiment.' CODEC(T64, ZSTD(1)),
    `reason` LowCardinality(String) COMMENT 'Why it was set; only EXPERIMENT was drawn by chance.',
    `promotionId` Nullable(String) COMMENT 'The promotion it belongs to; null: none.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A price was set.';

CREATE TABLE IF NOT EXISTS competitor_prices
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was seen. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `sku` String COMMENT 'Our stock keeping unit for the same article.' CODEC(ZSTD(1)),
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `competitor` String COMMENT 'Who asks this price.' CODEC(ZSTD(1)),
    `currency` String COMMENT 'Of the price (ISO 4217).' CODEC(ZSTD(1)),
    `priceMinor` Int64 COMMENT 'The price of one unit, in minor units.' CODEC(T64, ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A price of a competitor was seen.';

CREATE TABLE IF NOT EXISTS inventory
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was counted. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `sku` String COMMENT 'The stock keeping unit.' CODEC(ZSTD(1)),
    `warehouseId` String COMMENT 'Where the stock is.' CODEC(ZSTD(1)),
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `onHand` Int32 COMMENT 'Units that can be sold now.' CODEC(T64, ZSTD(1)),
    `onOrder` Int32 COMMENT 'Units ordered from the supplier and not yet here.' CODEC(T64, ZSTD(1)),
    `leadTimeDays` Nullable(Float64) COMMENT 'From order to arrival, in days; null: not known.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The stock of an article in a warehouse, as counted.';

CREATE TABLE IF NOT EXISTS clickstream
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When they did it. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `visitorId` String COMMENT 'Opaque id of the browser or the app.' CODEC(ZSTD(1)),
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: not logged in.' CODEC(ZSTD(1)),
    `sessionId` Nullable(String) COMMENT 'Opaque id of the visit; null: not known.' CODEC(ZSTD(1)),
    `type` LowCardinality(String) COMMENT 'What they did.',
    `sku` Nullable(String) COMMENT 'The article it was about; null: about none.' CODEC(ZSTD(1)),
    `category` Nullable(String) COMMENT 'The group of articles it was about; null: about none, or not known.' CODEC(ZSTD(1)),
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `quantity` Nullable(Int32) COMMENT 'Units put into the cart or taken out of it; null: not about units.' CODEC(T64, ZSTD(1)),
    `priceMinor` Nullable(Int64) COMMENT 'The price shown for one unit, in minor units; null: none was shown.' CODEC(T64, ZSTD(1)),
    `currency` Nullable(String) COMMENT 'Of the price (ISO 4217); null: no price.' CODEC(ZSTD(1)),
    `dwellMs` Nullable(Int32) COMMENT 'How long they stayed, in ms; null: not measured.' CODEC(T64, ZSTD(1)),
    `query` Nullable(String) COMMENT 'What they searched for; null: not a search.' CODEC(ZSTD(1)),
    `channel` Nullable(String) COMMENT 'Where they came from, such as email or search; null: not known.' CODEC(ZSTD(1)),
    `campaign` Nullable(String) COMMENT 'The campaign that brought them; null: none, or not known.' CODEC(ZSTD(1)),
    `referrerUserId` Nullable(String) COMMENT 'Opaque id of the person who recommended us; null: nobody.' CODEC(ZSTD(1)),
    `deviceId` Nullable(String) COMMENT 'Opaque id of the device; null: not known.' CODEC(ZSTD(1)),
    `ip` Nullable(String) COMMENT 'Hash of the network address; null: not known.' CODEC(ZSTD(1)),
    `country` Nullable(String) COMMENT 'Where the network address is (ISO 3166-1 alpha-2); null: not known.' CODEC(ZSTD(1)),
    `latitude` Nullable(Float64) COMMENT 'In degrees, north positive; null: not known.' CODEC(ZSTD(1)),
    `longitude` Nullable(Float64) COMMENT 'In degrees, east positive; null: not known.' CODEC(ZSTD(1)),
    `consents` Array(LowCardinality(String)) COMMENT 'All that is allowed from now on; null: not asked, so no marketing.' CODEC(ZSTD(1)),
    `consents_known` Bool COMMENT 'Whether consents is known; where it is not, it is empty.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (visitorId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Something that a visitor did in a shop or an app.';

CREATE TABLE IF NOT EXISTS orders
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it happened. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `orderId` String COMMENT 'The order; a refund or a correction may have an id of its own.' CODEC(ZSTD(1)),
    `originalOrderId` Nullable(String) COMMENT 'The order that a refund or a correction is about; null: it is this one, or cannot be named.' CODEC(ZSTD(1)),
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: a guest, or not known.' CODEC(ZSTD(1)),
    `visitorId` Nullable(String) COMMENT 'Opaque id of the browser or the app; null: not known.' CODEC(ZSTD(1)),
    `type` LowCardinality(String) COMMENT 'What happened. ADJUSTED is a correction of the books, and alone may be negative.',
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `merchantId` Nullable(String) COMMENT 'Opaque id of the seller on a marketplace; null: we are the seller, or not known.' CODEC(ZSTD(1)),
    `currency` String COMMENT 'Of all amounts in this record (ISO 4217).' CODEC(ZSTD(1)),
    `totalMinor` Int64 COMMENT 'What the customer owes, or gets back: lines less discount plus shipping, tax included, in minor units. Negative only on ADJUSTED.' CODEC(T64, ZSTD(1)),
    `discountMinor` Int64 COMMENT 'Taken off the lines, in minor units. Negative only on ADJUSTED.' CODEC(T64, ZSTD(1)),
    `shippingMinor` Int64 COMMENT 'For shipping, in minor units. Negative only on ADJUSTED.' CODEC(T64, ZSTD(1)),
    `lines` Array(Tuple(sku String, category Nullable(String), warehouseId Nullable(String), quantity Int32, unitPriceMinor Int64, listPriceMinor Nullable(Int64), unitCostMinor Nullable(Int64), promotionId Nullable(String))) COMMENT 'What was ordered or given back; empty: not known.' CODEC(ZSTD(1)),
    `paymentMethod` LowCardinality(Nullable(String)) COMMENT 'How it is paid; null: not known.',
    `instrumentId` Nullable(String) COMMENT 'Hash of the card or the account; null: not known.' CODEC(ZSTD(1)),
    `issuerCountry` Nullable(String) COMMENT 'Where the card was issued (ISO 3166-1 alpha-2); null: not known.' CODEC(ZSTD(1)),
    `deviceId` Nullable(String) COMMENT 'Opaque id of the device; null: not known.' CODEC(ZSTD(1)),
    `ip` Nullable(String) COMMENT 'Hash of the network address; null: not known.' CODEC(ZSTD(1)),
    `country` Nullable(String) COMMENT 'Where the network address is (ISO 3166-1 alpha-2); null: not known.' CODEC(ZSTD(1)),
    `latitude` Nullable(Float64) COMMENT 'In degrees, north positive; null: not known.' CODEC(ZSTD(1)),
    `longitude` Nullable(Float64) COMMENT 'In degrees, east positive; null: not known.' CODEC(ZSTD(1)),
    `shippingAddressId` Nullable(String) COMMENT 'Hash of the address it goes to; null: not known.' CODEC(ZSTD(1)),
    `shippingCountry` Nullable(String) COMMENT 'Where it goes to (ISO 3166-1 alpha-2); null: not known.' CODEC(ZSTD(1)),
    `couponId` Nullable(String) COMMENT 'The coupon used; null: none.' CODEC(ZSTD(1)),
    `referrerUserId` Nullable(String) COMMENT 'Opaque id of the person who recommended us; null: nobody.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (orderId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Something that happened to an order. It counts as a purchase from PLACED on; PAYMENT_DECLINED and CANCELLED undo it, REFUNDED subtracts its amount.';

CREATE TABLE IF NOT EXISTS logistics
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it was measured or seen, by the clock of the sensor. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `shipmentId` String COMMENT 'What is being watched.' CODEC(ZSTD(1)),
    `sensorId` Nullable(String) COMMENT 'The sensor; null: a person or a scanner saw it.' CODEC(ZSTD(1)),
    `type` LowCardinality(String) COMMENT 'What was measured or seen.',
    `locationId` Nullable(String) COMMENT 'Opaque id of the place; null: not known.' CODEC(ZSTD(1)),
    `latitude` Nullable(Float64) COMMENT 'In degrees, north positive; null: not known.' CODEC(ZSTD(1)),
    `longitude` Nullable(Float64) COMMENT 'In degrees, east positive; null: not known.' CODEC(ZSTD(1)),
    `speedKph` Nullable(Float64) COMMENT 'In km/h; null: not measured.' CODEC(ZSTD(1)),
    `temperatureC` Nullable(Float64) COMMENT 'In °C; null: not measured. As a sensor says it, so not limited.' CODEC(ZSTD(1)),
    `humidityPct` Nullable(Float64) COMMENT 'Relative humidity, in percent; null: not measured.' CODEC(ZSTD(1)),
    `shockG` Nullable(Float64) COMMENT 'Greatest acceleration since the last reading, in g; null: not measured.' CODEC(ZSTD(1)),
    `tiltDeg` Nullable(Float64) COMMENT 'Angle from upright, in degrees; null: not measured.' CODEC(ZSTD(1)),
    `batteryPct` Nullable(Float64) COMMENT 'Charge left in the sensor, in percent; null: not measured.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A reading of a sensor, or a step on the way of a shipment.';

CREATE TABLE IF NOT EXISTS fraud_labels
(
    `eventId` String COMMENT 'Unique in this topic; a second record with it, within the deduplication horizon, changes nothing.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'When it became known, often weeks after the order. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `orderId` String COMMENT 'The order it is about.' CODEC(ZSTD(1)),
    `isFraud` Bool COMMENT 'True: it was fraud. False: it was not, as far as anybody said.',
    `source` LowCardinality(String) COMMENT 'Who said so; EXPIRED with isFraud false: nobody complained in time.',
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (orderId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'It became known whether an order was fraud.';

CREATE TABLE IF NOT EXISTS lifecycle_segments
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `subjectType` LowCardinality(String) COMMENT 'Whether the subject is a person we know or a visitor.',
    `subjectId` String COMMENT 'The userId or the visitorId.' CODEC(ZSTD(1)),
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: a visitor nobody has logged in as.' CODEC(ZSTD(1)),
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `currency` Nullable(String) COMMENT 'Of all amounts in this record (ISO 4217); null: nothing was bought yet.' CODEC(ZSTD(1)),
    `stage` LowCardinality(String) COMMENT 'How far it has come.',
    `previousStage` LowCardinality(Nullable(String)) COMMENT 'The stage before this record; null: this is the first record of the subject.',
    `activity` LowCardinality(String) COMMENT 'Whether it still comes.',
    `previousActivity` LowCardinality(Nullable(String)) COMMENT 'The activity before this record; null: this is the first record of the subject.',
    `tags` Array(String) COMMENT 'All segments that it is in, sorted.' CODEC(ZSTD(1)),
    `entered` Array(String) COMMENT 'Segments that it is in since this record, sorted.' CODEC(ZSTD(1)),
    `exited` Array(String) COMMENT 'Segments that it was in until this record, sorted.' CODEC(ZSTD(1)),
    `recencyDays` Nullable(Float64) COMMENT 'Since the last purchase, in days; null: nothing was bought.' CODEC(ZSTD(1)),
    `frequency` Int32 COMMENT 'Days with a purchase, less one; 0 too where nothing was bought.' CODEC(T64, ZSTD(1)),
    `monetaryMinor` Nullable(Int64) COMMENT 'Net worth of all purchases: placed, less cancelled and refunded, plus adjusted; in minor units, below 0 where more came back than was bought. null: no order yet.' CODEC(T64, ZSTD(1)),
    `pAlive` Nullable(Float64) COMMENT 'Probability that it is still a customer; null: nothing to tell it from.' CODEC(ZSTD(1)),
    `churnRisk30d` Nullable(Float64) COMMENT 'Probability of no purchase in the next 30 days; null: nothing to tell it from.' CODEC(ZSTD(1)),
    `churnRisk90d` Nullable(Float64) COMMENT 'Probability of no purchase in the next 90 days; null: nothing to tell it from.' CODEC(ZSTD(1)),
    `expectedOrders90d` Nullable(Float64) COMMENT 'Expected number of orders in the next 90 days; null: nothing to tell it from.' CODEC(ZSTD(1)),
    `ltv52wMinor` Nullable(Int64) COMMENT 'Expected worth of the next 52 weeks, in minor units; null: nothing to tell it from.' CODEC(T64, ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (subjectId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Where a visitor or a user stands as a customer. The last record of a subject is never further from now than its model allows.';

CREATE TABLE IF NOT EXISTS journey_triggers
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `userId` String COMMENT 'Opaque id of the person.' CODEC(ZSTD(1)),
    `trigger` LowCardinality(String) COMMENT 'The occasion.',
    `currency` Nullable(String) COMMENT 'Of the cart (ISO 4217); null: no cart, or no prices in it.' CODEC(ZSTD(1)),
    `cartValueMinor` Nullable(Int64) COMMENT 'Worth of the cart, in minor units; null: no cart, or no prices in it.' CODEC(T64, ZSTD(1)),
    `suppressedBy` Nullable(String) COMMENT 'The rule that forbids to write, such as consent or quiet hours; null: write.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (userId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'It is time to write to a person, or it would be, were nothing in the way.';

CREATE TABLE IF NOT EXISTS price_elasticities
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `sku` String COMMENT 'The stock keeping unit.' CODEC(ZSTD(1)),
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `category` Nullable(String) COMMENT 'The group of articles that it learnt from; null: not known.' CODEC(ZSTD(1)),
    `elasticity` Nullable(Float64) COMMENT 'Change of demand in percent per percent of price; null exactly where the status is NOT_IDENTIFIED.' CODEC(ZSTD(1)),
    `sd` Nullable(Float64) COMMENT 'Standard deviation of the elasticity; null: not identified.' CODEC(ZSTD(1)),
    `p05` Nullable(Float64) COMMENT '5th percentile of the elasticity; null: not identified.' CODEC(ZSTD(1)),
    `p95` Nullable(Float64) COMMENT '95th percentile of the elasticity; null: not identified.' CODEC(ZSTD(1)),
    `status` LowCardinality(String) COMMENT 'How well it is known.',
    `method` LowCardinality(String) COMMENT 'What it was learnt from.',
    `observations` Int64 COMMENT 'Buckets of time with a price and a demand.' CODEC(T64, ZSTD(1)),
    `priceChanges` Int32 COMMENT 'How often the price moved in them.' CODEC(T64, ZSTD(1)),
    `unitsPerDay` Nullable(Float64) COMMENT 'Demand at the present price, in units a day; null: not known.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How demand for an article answers its price in a market. Null where the data cannot tell.';

CREATE TABLE IF NOT EXISTS price_recommendations
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `sku` String COMMENT 'The stock keeping unit.' CODEC(ZSTD(1)),
    `market` Nullable(String) COMMENT 'The market, which has one currency; null is a market of its own.' CODEC(ZSTD(1)),
    `currency` String COMMENT 'Of both prices (ISO 4217).' CODEC(ZSTD(1)),
    `currentPriceMinor` Int64 COMMENT 'The price now, in minor units.' CODEC(T64, ZSTD(1)),
    `recommendedPriceMinor` Int64 COMMENT 'The price recommended, in minor units.' CODEC(T64, ZSTD(1)),
    `action` LowCardinality(String) COMMENT 'AUTO: set it. TEST: try it on some. HOLD: leave the price.',
    `profitChangePctMean` Float64 COMMENT 'Expected change of profit, in percent.' CODEC(ZSTD(1)),
    `profitChangePctP05` Float64 COMMENT '5th percentile of the change of profit, in percent.' CODEC(ZSTD(1)),
    `profitChangePctP95` Float64 COMMENT '95th percentile of the change of profit, in percent.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'The price that would earn most within the rules, and how sure that is.';

CREATE TABLE IF NOT EXISTS fraud_scores
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `subjectType` LowCardinality(String) COMMENT 'Whether the subject is an order or a login.',
    `subjectId` String COMMENT 'The orderId, or the eventId of the login.' CODEC(ZSTD(1)),
    `userId` Nullable(String) COMMENT 'Opaque id of the person; null: a guest, or not known.' CODEC(ZSTD(1)),
    `score` Float64 COMMENT 'Calibrated probability of fraud, from 0 to 1.' CODEC(ZSTD(1)),
    `evidence` LowCardinality(String) COMMENT 'How much was known when it was scored.',
    `action` LowCardinality(String) COMMENT 'What the policy says to do.',
    `policyId` String COMMENT 'The policy that chose the action.' CODEC(ZSTD(1)),
    `policyVersion` Int32 COMMENT 'The version of that policy.' CODEC(T64, ZSTD(1)),
    `features` Map(String, Float64) COMMENT 'What the score was computed from, by name; what is not known is absent.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (subjectId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'How likely an order or a login is fraud, and what to do. Exactly one for every PLACED order and every LOGIN.';

CREATE TABLE IF NOT EXISTS shipment_alerts
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `shipmentId` String COMMENT 'What is being watched.' CODEC(ZSTD(1)),
    `sensorId` Nullable(String) COMMENT 'The sensor that told it; null: about the shipment as a whole.' CODEC(ZSTD(1)),
    `kind` LowCardinality(String) COMMENT 'What is wrong.',
    `severity` LowCardinality(String) COMMENT 'How grave it is; RECOVERED: it is right again.',
    `startedAt` DateTime64(3, 'UTC') COMMENT 'Since when it is wrong, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `value` Nullable(Float64) COMMENT 'What was measured, in the unit of the kind; null: nothing is measured for it.' CODEC(ZSTD(1)),
    `limit` Nullable(Float64) COMMENT 'What was allowed, in the same unit; null: there is no limit.' CODEC(ZSTD(1)),
    `dwellMs` Nullable(Int64) COMMENT 'How long it has been beyond the limit, in ms; null: not about a limit.' CODEC(T64, ZSTD(1)),
    `degreeMinutes` Nullable(Float64) COMMENT 'Degrees beyond the limit times minutes, in °C·min; null: not about temperature.' CODEC(ZSTD(1)),
    `meanKineticTemperatureC` Nullable(Float64) COMMENT 'The constant temperature that would do the same harm, in °C; null: not about temperature.' CODEC(ZSTD(1)),
    `score` Nullable(Float64) COMMENT 'How unusual it is, in standard deviations; null: judged by a limit.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Something is wrong with a shipment, or right again.';

CREATE TABLE IF NOT EXISTS shipment_etas
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `shipmentId` String COMMENT 'What is on its way.' CODEC(ZSTD(1)),
    `stage` LowCardinality(String) COMMENT 'How far it has come.',
    `etaP05` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .05, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `etaP50` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .5, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `etaP90` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .9, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `etaP95` DateTime64(3, 'UTC') COMMENT 'Arrives before this with probability .95, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `promisedAt` Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was promised to arrive, in ms since 1970 (UTC); null: nothing was promised.' CODEC(Delta(8), ZSTD(1)),
    `lateProbability` Nullable(Float64) COMMENT 'Probability of arriving after the promise; null: nothing was promised.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (shipmentId, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'When a shipment will arrive, as percentiles.';

CREATE TABLE IF NOT EXISTS replenishment_advice
(
    `resultId` String COMMENT 'Hash of pipeline, subject, cause or timer, and ordinal; the same in every run.' CODEC(ZSTD(1)),
    `occurredAt` DateTime64(3, 'UTC') COMMENT 'That of the cause, or when the timer was due. Event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `causeEventId` Nullable(String) COMMENT 'The event that brought it about; null: time alone did.' CODEC(ZSTD(1)),
    `modelVersion` String COMMENT 'Of the code and the model that made it.' CODEC(ZSTD(1)),
    `reasons` Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first; empty: there is nothing to explain.' CODEC(ZSTD(1)),
    `sku` String COMMENT 'The stock keeping unit.' CODEC(ZSTD(1)),
    `warehouseId` String COMMENT 'Where the stock is.' CODEC(ZSTD(1)),
    `onHand` Int32 COMMENT 'Units that can be sold now.' CODEC(T64, ZSTD(1)),
    `onOrder` Int32 COMMENT 'Units ordered from the supplier and not yet here.' CODEC(T64, ZSTD(1)),
    `reorderPoint` Int32 COMMENT 'Order when units on hand and on order fall below this.' CODEC(T64, ZSTD(1)),
    `orderQuantity` Int32 COMMENT 'Units to order now; 0: nothing.' CODEC(T64, ZSTD(1)),
    `stockoutProbability` Float64 COMMENT 'Probability of running out before an order made now arrives.' CODEC(ZSTD(1)),
    `demandPerDay` Float64 COMMENT 'Expected demand, in units a day.' CODEC(ZSTD(1)),
    `daysOfCover` Nullable(Float64) COMMENT 'How long the stock lasts at that demand, in days; null: nothing is sold.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (sku, occurredAt, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'Whether to order more of an article for a warehouse, and how much.';

CREATE TABLE IF NOT EXISTS late_events
(
    `topic` String COMMENT 'Where it came from.' CODEC(ZSTD(1)),
    `partition` Int32 COMMENT 'The partition it came from.' CODEC(T64, ZSTD(1)),
    `offset` Int64 COMMENT 'Its offset there.' CODEC(T64, ZSTD(1)),
    `pipelineId` String COMMENT 'The pipeline that set it aside.' CODEC(ZSTD(1)),
    `eventId` Nullable(String) COMMENT 'Its eventId; null: it has none.' CODEC(ZSTD(1)),
    `eventOccurredAt` DateTime64(3, 'UTC') COMMENT 'Its event time, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `watermark` DateTime64(3, 'UTC') COMMENT 'The watermark that it came after, in ms since 1970 (UTC).' CODEC(Delta(8), ZSTD(1)),
    `lateByMs` Int64 COMMENT 'How far it is behind the watermark, in ms.' CODEC(T64, ZSTD(1)),
    `payload` String COMMENT 'The record as it was on the topic.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (topic, `partition`, `offset`, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A record that came after the watermark and was set aside, with how late it was. It can be redriven.';

CREATE TABLE IF NOT EXISTS dead_letters
(
    `topic` String COMMENT 'Where it came from.' CODEC(ZSTD(1)),
    `partition` Int32 COMMENT 'The partition it came from.' CODEC(T64, ZSTD(1)),
    `offset` Int64 COMMENT 'Its offset there.' CODEC(T64, ZSTD(1)),
    `stage` LowCardinality(String) COMMENT 'Where it failed.',
    `pipelineId` Nullable(String) COMMENT 'The pipeline that failed on it; null: it failed before any.' CODEC(ZSTD(1)),
    `key` Nullable(String) COMMENT 'Its key; null: it has none, or it is not text.' CODEC(ZSTD(1)),
    `schemaId` Nullable(Int32) COMMENT 'The schema id of its frame; null: it has no frame.' CODEC(T64, ZSTD(1)),
    `errorCode` String COMMENT 'The stored code, such as MALFORMED_JSON.' CODEC(ZSTD(1)),
    `error` String COMMENT 'What was wrong and what to do, in sentences.' CODEC(ZSTD(1)),
    `payload` String COMMENT 'The record as it was on the topic.' CODEC(ZSTD(1)),
    `headers` Map(String, String) COMMENT 'Its headers.' CODEC(ZSTD(1)),
    `_topic` LowCardinality(String) COMMENT 'The topic that the record is on.',
    `_partition` UInt32 COMMENT 'Its partition there.' CODEC(T64, ZSTD(1)),
    `_offset` UInt64 COMMENT 'Its offset in that partition.' CODEC(T64, ZSTD(1)),
    `_emitted_at` DateTime64(3, 'UTC') COMMENT 'When the log took it in, by wall clock.' CODEC(Delta(8), ZSTD(1))
)
ENGINE = MergeTree
ORDER BY (topic, `partition`, `offset`, _partition, _offset)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'A record that could not be read or handled, with the error. It can be redriven.';
