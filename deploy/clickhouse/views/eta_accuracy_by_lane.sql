-- How good forecasts of arrivals were, by lane and stage: of shipments that are there, what was said first when
-- they came to the stage.
CREATE OR REPLACE VIEW eta_accuracy_by_lane
(
    lane Nullable(String) COMMENT 'The route whose travel times are alike; null: not known.',
    stage String COMMENT 'What the shipments had come to when it was said.',
    arrivals UInt64 COMMENT 'Shipments that are there.',
    errorHours Float64 COMMENT 'Median of how far the arrival was from etaP50, in hours.',
    biasHours Float64 COMMENT 'Mean of how much later than etaP50 they were, in hours; negative: earlier.',
    widthHours Float64 COMMENT 'Median of how long it was from etaP05 to etaP95, in hours.',
    coverage Float64 COMMENT 'Share that was there between etaP05 and etaP95; .9 is right.',
    lateShare Nullable(Float64) COMMENT 'Share that was there after the promise; null: nothing was promised.'
)
AS WITH
    arrived AS
    (
        SELECT shipmentId, min(etaP50) AS arrivedAt
        FROM shipment_etas
        WHERE stage = 'DELIVERED'
        GROUP BY shipmentId
    ),
    said AS
    (
        SELECT
            shipmentId,
            stage,
            argMin(etaP05, (occurredAt, _offset)) AS p05,
            argMin(etaP50, (occurredAt, _offset)) AS p50,
            argMin(etaP95, (occurredAt, _offset)) AS p95,
            argMin(tuple(promisedAt), (occurredAt, _offset)).1 AS promised
        FROM shipment_etas
        WHERE stage != 'DELIVERED'
        GROUP BY shipmentId, stage
    ),
    routes AS
    (
        SELECT shipmentId, argMax(tuple(lane), occurredAt).1 AS route
        FROM shipments
        GROUP BY shipmentId
    )
SELECT
    routes.route AS lane,
    said.stage AS stage,
    count() AS arrivals,
    median(abs(dateDiff('second', p50, arrivedAt))) / 3600 AS errorHours,
    avg(dateDiff('second', p50, arrivedAt)) / 3600 AS biasHours,
    median(dateDiff('second', p05, p95)) / 3600 AS widthHours,
    avg(arrivedAt BETWEEN p05 AND p95) AS coverage,
    avg(arrivedAt > promised) AS lateShare
FROM said
INNER JOIN arrived USING (shipmentId)
LEFT JOIN routes USING (shipmentId)
GROUP BY lane, stage
COMMENT 'How good forecasts of arrivals were, by lane and stage.';
