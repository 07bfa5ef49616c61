-- How each warehouse stands: of the last advice of each of its articles.
CREATE OR REPLACE VIEW stock_risk_by_warehouse
(
    warehouseId String COMMENT 'The warehouse.',
    articles UInt64 COMMENT 'Articles that there is advice of.',
    soldOut UInt64 COMMENT 'Of these, articles of which nothing is on hand.',
    atRisk UInt64 COMMENT 'Articles that run out before an order of now is there with a probability of .2 or more.',
    expectedStockouts Float64 COMMENT 'The sum of these probabilities: articles to run out, as far as they are right.',
    toOrder UInt64 COMMENT 'Articles to order now.',
    unitsToOrder Int64 COMMENT 'Units of them.',
    demandPerDay Float64 COMMENT 'Units that are expected to be sold a day.',
    daysOfCover Nullable(Float64) COMMENT 'Median of how long the stock of an article lasts, in days; null: nothing is sold.'
)
AS SELECT
    warehouseId,
    count() AS articles,
    countIf(onHand = 0) AS soldOut,
    countIf(stockoutProbability >= 0.2) AS atRisk,
    sum(stockoutProbability) AS expectedStockouts,
    countIf(orderQuantity > 0) AS toOrder,
    sum(orderQuantity) AS unitsToOrder,
    sum(demandPerDay) AS demandPerDay,
    medianExact(daysOfCover) AS daysOfCover
FROM
(
    SELECT
        sku,
        warehouseId,
        argMax(onHand, (occurredAt, _offset)) AS onHand,
        argMax(stockoutProbability, (occurredAt, _offset)) AS stockoutProbability,
        argMax(orderQuantity, (occurredAt, _offset)) AS orderQuantity,
        argMax(demandPerDay, (occurredAt, _offset)) AS demandPerDay,
        argMax(tuple(daysOfCover), (occurredAt, _offset)).1 AS daysOfCover
    FROM replenishment_advice
    GROUP BY sku, warehouseId
)
GROUP BY warehouseId
COMMENT 'How each warehouse stands: of the last advice of each of its articles.';
