-- Orders and revenue per minute of event time, market and currency.
--
-- A producer may send an event twice, and `orders` has both rows. So a state holds each record under
-- the hash of its id, and of several under one id the first counts: that with the least offset. For
-- PLACED the id is that of the order, since an order is placed once.
CREATE TABLE IF NOT EXISTS orders_per_minute_rollup
(
    minute DateTime('UTC') COMMENT 'Of occurredAt.' CODEC(Delta(4), ZSTD(1)),
    market LowCardinality(String) COMMENT 'Empty where it is null.',
    currency LowCardinality(String) COMMENT 'Of the amounts (ISO 4217).',
    records SimpleAggregateFunction(minMap, Tuple(
        Array(UInt64),
        Array(Tuple(offset UInt64, type String, totalMinor Int64, units Int64))))
        COMMENT 'Hashes of ids, and the first record under each.' CODEC(ZSTD(1))
)
ENGINE = AggregatingMergeTree
ORDER BY (minute, market, currency)
SETTINGS non_replicated_deduplication_window = 10000
COMMENT 'States of orders_per_minute. Read that.';

CREATE MATERIALIZED VIEW IF NOT EXISTS orders_per_minute_feed TO orders_per_minute_rollup AS
SELECT
    toStartOfMinute(occurredAt) AS minute,
    ifNull(market, '') AS market,
    currency,
    minMap(
        [sipHash64(type, if(type = 'PLACED', orderId, eventId))],
        [CAST(
            (_offset, type, totalMinor, arraySum(lines.quantity)),
            'Tuple(offset UInt64, type String, totalMinor Int64, units Int64)')]) AS records
FROM orders
WHERE type IN ('PLACED', 'PAYMENT_DECLINED', 'CANCELLED', 'REFUNDED', 'ADJUSTED')
GROUP BY minute, market, currency;

CREATE VIEW IF NOT EXISTS orders_per_minute
(
    minute DateTime('UTC') COMMENT 'Of event time.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    currency String COMMENT 'Of all amounts in the row (ISO 4217).',
    ordersPlaced UInt64 COMMENT 'Orders placed in this minute.',
    ordersDeclined UInt64 COMMENT 'Payments declined in this minute.',
    ordersCancelled UInt64 COMMENT 'Orders cancelled in this minute, whenever they were placed.',
    refunds UInt64 COMMENT 'Refunds in this minute, of orders whenever they were placed.',
    adjustments UInt64 COMMENT 'Corrections of the books in this minute.',
    placedMinor Int64 COMMENT 'Total of the orders placed, in minor units.',
    declinedMinor Int64 COMMENT 'Total of the orders whose payment was declined, in minor units.',
    cancelledMinor Int64 COMMENT 'Total of the orders cancelled, in minor units.',
    refundedMinor Int64 COMMENT 'Total of the refunds, in minor units.',
    adjustedMinor Int64 COMMENT 'Total of the corrections, in minor units; may be negative.',
    netMinor Int64 COMMENT 'Placed less declined, cancelled and refunded, plus adjusted, in minor units.',
    units Int64 COMMENT 'Units of the articles in the orders placed.'
)
AS SELECT
    minute,
    nullIf(market, '') AS market,
    currency,
    countIf(record.type = 'PLACED') AS ordersPlaced,
    countIf(record.type = 'PAYMENT_DECLINED') AS ordersDeclined,
    countIf(record.type = 'CANCELLED') AS ordersCancelled,
    countIf(record.type = 'REFUNDED') AS refunds,
    countIf(record.type = 'ADJUSTED') AS adjustments,
    sumIf(record.totalMinor, record.type = 'PLACED') AS placedMinor,
    sumIf(record.totalMinor, record.type = 'PAYMENT_DECLINED') AS declinedMinor,
    sumIf(record.totalMinor, record.type = 'CANCELLED') AS cancelledMinor,
    sumIf(record.totalMinor, record.type = 'REFUNDED') AS refundedMinor,
    sumIf(record.totalMinor, record.type = 'ADJUSTED') AS adjustedMinor,
    placedMinor - declinedMinor - cancelledMinor - refundedMinor + adjustedMinor AS netMinor,
    sumIf(record.units, record.type = 'PLACED') AS units
FROM
(
    SELECT minute, market, currency, minMap(records).2 AS merged
    FROM orders_per_minute_rollup
    GROUP BY minute, market, currency
)
ARRAY JOIN merged AS record
GROUP BY minute, market, currency
COMMENT 'Orders and revenue per minute, market and currency. An event sent twice counts once.';
