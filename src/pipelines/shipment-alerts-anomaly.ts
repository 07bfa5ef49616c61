/** What is unusual of a sensor's temperature, whatever its limits are: scores and drift, as one episode. */
import { days } from '../engine/time.ts'
import { episodeAfter } from '../models/anomaly-episode.ts'
import { ANOMALY_ALARM, anomalyStep } from '../models/anomaly-score.ts'
import { dailyDriftAfter } from '../models/daily-drift.ts'
import type { Measurement } from '../models/excursion.ts'
import type { Judging, OpenSensor } from './shipment-alerts-judging.ts'
import { anomalyAlert, driftAlert, usualAgainAlert } from './shipment-alerts-unusual.ts'

/** What is known of a sensor goes when its shipment does. */
const KEPT_MS = days(90)

export const takeAnomaly = (
  sensor: OpenSensor,
  { at, value }: Measurement,
  { subject, context, alerts }: Judging,
): void => {
  const { series } = context.state
  const { state, judgement } = anomalyStep(series.get(subject.sensorId)?.known ?? null, value, at)
  series.set(subject.sensorId, { known: state }, context.now + KEPT_MS)
  if (judgement === null) return
  const { isAlarm, score } = judgement
  const before = sensor.anomaly
  const { episode, change } = episodeAfter(before, at, {
    isAlarm,
    isUnusual: score >= ANOMALY_ALARM,
  })
  sensor.anomaly = episode
  if (change === 'BEGUN') alerts.push(anomalyAlert(subject, at, value, judgement))
  if (change === 'ENDED') alerts.push(usualAgainAlert(subject, before!, at, value))
}

export const takeDrift = (
  sensor: OpenSensor,
  { at, value }: Measurement,
  { subject, alerts, anomalies }: Judging,
): void => {
  const { drift, driftedBy } = dailyDriftAfter(sensor.drift, at, value)
  sensor.drift = drift
  const isAlarm = driftedBy !== null
  // Where no scores are looked at, a quiet day is told by the next reading after it.
  if (!isAlarm && (anomalies || sensor.anomaly === null)) return
  const before = sensor.anomaly
  const { episode, change } = episodeAfter(before, at, { isAlarm, isUnusual: false })
  sensor.anomaly = episode
  if (change === 'BEGUN') alerts.push(driftAlert(subject, at, value, driftedBy!))
  if (change === 'ENDED') alerts.push(usualAgainAlert(subject, before!, at, value))
}
