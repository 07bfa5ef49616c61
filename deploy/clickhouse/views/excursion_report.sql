-- Each excursion of each shipment: how far, how long, whether it is over. Of those that were told: one that
-- came back within 45 minutes, and was never far outside, is none.
CREATE OR REPLACE VIEW excursion_report
(
    shipmentId String COMMENT 'What is being watched.',
    sensorId Nullable(String) COMMENT 'The sensor that told it; null: measured by hand.',
    kind String COMMENT 'TEMPERATURE or HUMIDITY.',
    startedAt DateTime64(3, 'UTC') COMMENT 'The first reading outside.',
    endedAt Nullable(DateTime64(3, 'UTC')) COMMENT 'When it was told to be over; null: it is not.',
    severity String COMMENT 'The gravest that was told: WARNING or CRITICAL.',
    worst Nullable(Float64) COMMENT 'The reading that was furthest outside, as of the last that was told.',
    `limit` Nullable(Float64) COMMENT 'The limit that it was outside of.',
    dwellMinutes Float64 COMMENT 'How long it was outside, as of the last that was told.',
    degreeMinutes Nullable(Float64) COMMENT 'Degrees beyond the limit times minutes, likewise; null: of humidity.',
    meanKineticTemperatureC Nullable(Float64) COMMENT 'Of the journey until then: the constant temperature that would do the same harm; null: of humidity.',
    detail String COMMENT 'The last that was told, as a sentence.'
)
AS SELECT
    shipmentId,
    sensorId,
    kind,
    startedAt,
    nullIf(maxIf(occurredAt, told = 'RECOVERED'), toDateTime64(0, 3, 'UTC')) AS endedAt,
    if(countIf(told = 'CRITICAL') > 0, 'CRITICAL', 'WARNING') AS severity,
    argMax(value, (occurredAt, _offset)) AS worst,
    argMax(`limit`, (occurredAt, _offset)) AS `limit`,
    ifNull(argMax(dwellMs, (occurredAt, _offset)), 0) / 60000 AS dwellMinutes,
    argMax(degreeMinutes, (occurredAt, _offset)) AS degreeMinutes,
    argMax(meanKineticTemperatureC, (occurredAt, _offset)) AS meanKineticTemperatureC,
    argMax(reasons[1].detail, (occurredAt, _offset)) AS detail
FROM
(
    SELECT shipmentId, sensorId, kind, startedAt, occurredAt, severity AS told, value, `limit`, dwellMs,
        degreeMinutes, meanKineticTemperatureC, reasons, _offset
    FROM shipment_alerts
    WHERE kind IN ('TEMPERATURE', 'HUMIDITY') AND dwellMs IS NOT NULL
)
GROUP BY shipmentId, sensorId, kind, startedAt
COMMENT 'Each excursion of each shipment that was told: how far, how long, whether it is over.';
