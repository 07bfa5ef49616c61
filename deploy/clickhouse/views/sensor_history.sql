-- What the sensors of shipments measured, each beside the limits that its shipment had by then.
CREATE OR REPLACE VIEW sensor_history
(
    shipmentId String COMMENT 'What is being watched.',
    sensorId Nullable(String) COMMENT 'The sensor; null: measured by hand.',
    occurredAt DateTime64(3, 'UTC') COMMENT 'When it was measured.',
    temperatureC Nullable(Float64) COMMENT 'In °C; null: not measured.',
    temperatureMinC Nullable(Float64) COMMENT 'Lowest that was allowed then; null: no limit was known.',
    temperatureMaxC Nullable(Float64) COMMENT 'Highest that was allowed then; null likewise.',
    humidityPct Nullable(Float64) COMMENT 'Relative humidity, in percent; null: not measured.',
    humidityMaxPct Nullable(Float64) COMMENT 'Highest that was allowed then; null: no limit was known.',
    shockG Nullable(Float64) COMMENT 'Greatest acceleration since the reading before, in g; null: not measured.',
    shockMaxG Nullable(Float64) COMMENT 'Highest that was allowed then; null: no limit was known.',
    tiltDeg Nullable(Float64) COMMENT 'Angle from upright, in degrees; null: not measured.',
    isOutside Bool COMMENT 'Whether one of them was beyond its limit. Glitches count here, and not for alerts.'
)
AS SELECT
    reading.shipmentId AS shipmentId,
    reading.sensorId AS sensorId,
    reading.occurredAt AS occurredAt,
    reading.temperatureC AS temperatureC,
    plan.temperatureMinC AS temperatureMinC,
    plan.temperatureMaxC AS temperatureMaxC,
    reading.humidityPct AS humidityPct,
    plan.humidityMaxPct AS humidityMaxPct,
    reading.shockG AS shockG,
    plan.shockMaxG AS shockMaxG,
    reading.tiltDeg AS tiltDeg,
    CAST(
        ifNull(reading.temperatureC > plan.temperatureMaxC, 0)
        OR ifNull(reading.temperatureC < plan.temperatureMinC, 0)
        OR ifNull(reading.humidityPct > plan.humidityMaxPct, 0)
        OR ifNull(reading.shockG > plan.shockMaxG, 0), 'Bool') AS isOutside
FROM (SELECT * FROM logistics WHERE type = 'READING') AS reading
ASOF LEFT JOIN shipments AS plan
    ON reading.shipmentId = plan.shipmentId AND reading.occurredAt >= plan.occurredAt
COMMENT 'What the sensors of shipments measured, each beside the limits that its shipment had by then.';
