-- What the score of an alert is, now that there is one.

ALTER TABLE shipment_alerts
    COMMENT COLUMN score 'How unusual it is: −log10 of the chance of what is rarest about it, and half of the next; null: judged by a rule.';

CREATE OR REPLACE VIEW open_alerts
(
    shipmentId String COMMENT 'What is being watched.',
    sensorId Nullable(String) COMMENT 'The sensor that told it; null: about the shipment as a whole.',
    kind String COMMENT 'What is wrong, such as TEMPERATURE or SILENT.',
    severity String COMMENT 'How grave it is: WARNING or CRITICAL.',
    startedAt DateTime64(3, 'UTC') COMMENT 'Since when it is wrong, in event time.',
    occurredAt DateTime64(3, 'UTC') COMMENT 'Event time of the last record about it.',
    value Nullable(Float64) COMMENT 'What was measured, in the unit of the kind; null: nothing is measured for it.',
    `limit` Nullable(Float64) COMMENT 'What was allowed, in the same unit; null: there is no limit.',
    dwellMs Nullable(Int64) COMMENT 'How long it has been beyond the limit, in ms; null: not about a limit.',
    degreeMinutes Nullable(Float64) COMMENT 'Degrees beyond the limit times minutes, in °C·min; null: not about temperature.',
    meanKineticTemperatureC Nullable(Float64) COMMENT 'The constant temperature that would do the same harm, in °C; null: not about temperature.',
    score Nullable(Float64) COMMENT 'How unusual it is: −log10 of the chance of what is rarest about it, and half of the next; null: judged by a rule.',
    resultId String COMMENT 'Of the last record about it, in shipment_alerts.',
    causeEventId Nullable(String) COMMENT 'The event that brought it about; null: time alone did.',
    modelVersion String COMMENT 'Of the code and the model that made it.',
    reasons Array(Tuple(code String, detail String, weight Float64)) COMMENT 'Why, the weightiest first.'
)
AS SELECT
    shipmentId, sensorId, kind, severity, startedAt, occurredAt, value, `limit`, dwellMs,
    degreeMinutes, meanKineticTemperatureC, score, resultId, causeEventId, modelVersion,
    reasons
FROM
(
    SELECT *
    FROM open_alerts_rollup
    ORDER BY shipmentId, ifNull(sensorId, ''), kind, _offset DESC
    LIMIT 1 BY shipmentId, sensorId, kind
)
WHERE severity != 'RECOVERED'
COMMENT 'What is wrong with shipments now: the last alert of each shipment, sensor and kind, unless it recovered.';
