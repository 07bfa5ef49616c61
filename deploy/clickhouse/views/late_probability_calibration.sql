-- How often shipments were late of which it was said how likely that is: by tenths, of what was said first when
-- they came to the stage.
CREATE OR REPLACE VIEW late_probability_calibration
(
    stage String COMMENT 'What the shipments had come to when it was said.',
    tenth UInt8 COMMENT 'From 0, a probability below .1, to 9.',
    shipments UInt64 COMMENT 'Shipments that are there, of which it was said so.',
    predicted Float64 COMMENT 'Mean of what was said.',
    actual Float64 COMMENT 'Share that was late.'
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
            argMin(assumeNotNull(lateProbability), (occurredAt, _offset)) AS probability,
            argMin(assumeNotNull(promisedAt), (occurredAt, _offset)) AS promised
        FROM shipment_etas
        WHERE stage != 'DELIVERED' AND lateProbability IS NOT NULL
        GROUP BY shipmentId, stage
    )
SELECT
    said.stage AS stage,
    toUInt8(least(9, floor(10 * probability))) AS tenth,
    count() AS shipments,
    avg(probability) AS predicted,
    avg(arrivedAt > promised) AS actual
FROM said
INNER JOIN arrived USING (shipmentId)
GROUP BY stage, tenth
COMMENT 'How often shipments were late of which it was said how likely that is, by tenths.';
