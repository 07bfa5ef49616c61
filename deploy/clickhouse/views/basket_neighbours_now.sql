-- What is bought together with an article more often than by chance, now: a row for each of its
-- neighbours in the last record of the article and market.
--
-- A record comes when something is counted, so what is ordered no more is never told to be over. Such are
-- left out: both must have been counted in the 180 days before the last count of all, in which an order
-- comes to count a quarter.
CREATE OR REPLACE VIEW basket_neighbours_now
(
    sku String COMMENT 'The stock keeping unit.',
    market Nullable(String) COMMENT 'The market; null is a market of its own.',
    neighbour String COMMENT 'The sku of the other article.',
    place UInt32 COMMENT 'From 1, with the highest shrunk lift, to 16 at most.',
    baskets Float64 COMMENT 'Orders that the article was in, each counting half after 90 days.',
    basketsTogether Float64 COMMENT 'Of these, with the other one too.',
    lift Float64 COMMENT 'How many times as often as by chance the two are in one order.',
    shrunkLift Float64 COMMENT 'The same, drawn towards 1 where little is known.',
    attach Float64 COMMENT 'Units of the other that one more of the article brings, if they are bought together because of each other, from 0 to 1.',
    occurredAt DateTime64(3, 'UTC') COMMENT 'Event time of the record.',
    resultId String COMMENT 'Of the record, in basket_neighbours.'
)
AS WITH
    counted AS
    (
        SELECT sku, ifNull(market, '') AS ofMarket
        FROM basket_counts
        WHERE occurredAt >= (SELECT max(occurredAt) FROM basket_counts) - INTERVAL 180 DAY
    )
SELECT
    sku,
    market,
    other.sku AS neighbour,
    place,
    record.baskets AS baskets,
    other.baskets AS basketsTogether,
    other.lift AS lift,
    other.shrunkLift AS shrunkLift,
    other.attach AS attach,
    occurredAt,
    resultId
FROM
(
    SELECT sku, market, baskets, neighbours, occurredAt, resultId
    FROM basket_neighbours
    ORDER BY sku, ifNull(market, ''), _offset DESC
    LIMIT 1 BY sku, market
) AS record
ARRAY JOIN neighbours AS other, arrayEnumerate(neighbours) AS place
WHERE (sku, ifNull(market, '')) IN counted AND (other.sku, ifNull(market, '')) IN counted
COMMENT 'What is bought together with an article more often than by chance, now.';
