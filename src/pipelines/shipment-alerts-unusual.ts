/** What is said of tilts, of the unusual, of shelf life, and of a journey in all. */
import type { Reason } from '../events.ts'
import type { AnomalyEpisode } from '../models/anomaly-episode.ts'
import {
  ANOMALY_ALARM,
  type AnomalyJudgement,
  type AnomalySignal,
} from '../models/anomaly-score.ts'
import type { ExcursionChange } from '../models/excursion.ts'
import { sentence, spanText } from '../models/sentence.ts'
import { SHELF_LIFE_AT_C, type ShelfLife } from '../models/shelf-life.ts'
import { TILT_MAX_DEG, type Tilt } from '../models/tilt.ts'
import { type Alert, alert, type Subject } from './shipment-alerts-result.ts'
import { NAMELESS, type Sensor } from './shipment-alerts-state.ts'

export const tiltAlert = (subject: Subject, { at, since, angleDeg }: Tilt): Alert =>
  alert(
    subject,
    'TILT',
    'WARNING',
    since!,
    {
      code: 'TILTED',
      detail: sentence('Tilted by {angleDeg}° for {span}, where {limit}° are allowed.', {
        angleDeg,
        span: spanText(at - since!),
        limit: TILT_MAX_DEG,
      }),
      weight: angleDeg - TILT_MAX_DEG,
    },
    { value: angleDeg, limit: TILT_MAX_DEG, dwellMs: at - since! },
  )

export const uprightAlert = (subject: Subject, was: Tilt, { at, angleDeg }: Tilt): Alert =>
  alert(
    subject,
    'TILT',
    'RECOVERED',
    was.since!,
    {
      code: 'TILT_RECOVERED',
      detail: sentence('Upright again, at {angleDeg}°, after {span}.', {
        angleDeg,
        span: spanText(at - was.since!),
      }),
      weight: 1,
    },
    { value: angleDeg, limit: TILT_MAX_DEG, dwellMs: at - was.since! },
  )

const SIGNAL_REASONS: Readonly<Record<AnomalySignal['name'], string>> = {
  LEVEL: '{value} °C is {deviations} mean deviations from its usual level',
  CHANGE: '{value} °C is a change of {deviations} times its usual change',
  SHORT_MEAN: 'The mean of its last 30 readings is {deviations} mean deviations from its level',
  HOUR_OF_DAY: '{value} °C is {deviations} mean deviations from its usual at this hour',
}

/** The two signals that say most, each with its numbers. */
export const anomalyAlert = (
  subject: Subject,
  at: number,
  value: number,
  { score, signals }: AnomalyJudgement,
): Alert => {
  const reasons = signals
    .filter(({ surprise }) => surprise > 0)
    .map(({ name, deviations, surprise }) => ({
      code: `ANOMALY_${name}`,
      detail: `${sentence(SIGNAL_REASONS[name], { value, deviations })}: ${chanceText(surprise)}.`,
      weight: surprise,
    }))
  return alert(subject, 'ANOMALY', 'WARNING', at, reasons, { value, limit: null, score })
}

/** From −log10 of a chance. */
const chanceText = (surprise: number): string =>
  `as much has a chance of 1 in ${Math.round(10 ** Math.min(surprise, 9)).toLocaleString('en-US')}`

export const driftAlert = (subject: Subject, at: number, value: number, driftedBy: number): Alert =>
  alert(
    subject,
    'ANOMALY',
    'WARNING',
    at,
    {
      code: 'ANOMALY_DRIFT',
      detail: sentence(
        'Its days drift away: the last one was {by} °C {side} the mean of those before.',
        { by: Math.abs(driftedBy), side: driftedBy > 0 ? 'above' : 'below' },
      ),
      weight: Math.abs(driftedBy),
    },
    { value },
  )

export const usualAgainAlert = (
  subject: Subject,
  { startedAt, alarmedAt }: AnomalyEpisode,
  at: number,
  value: number,
): Alert =>
  alert(
    subject,
    'ANOMALY',
    'RECOVERED',
    startedAt,
    {
      code: 'ANOMALY_OVER',
      detail: sentence('No score of {limit} or more for {quiet}.', {
        limit: `${ANOMALY_ALARM}`,
        quiet: spanText(at - alarmedAt),
      }),
      weight: 1,
    },
    { value },
  )

const HOUR_MS = 3_600_000

export const shelfLifeReason = ({ usedMs, allMs }: ShelfLife): Reason => ({
  code: usedMs >= allMs ? 'SHELF_LIFE_OVER' : 'SHELF_LIFE',
  detail: sentence(
    'Its goods have used {used} h of {all} h of shelf life, counted as at {at} °C; {left} h are left.',
    {
      used: usedMs / HOUR_MS,
      all: allMs / HOUR_MS,
      left: Math.max(0, allMs - usedMs) / HOUR_MS,
      at: SHELF_LIFE_AT_C,
    },
  ),
  weight: usedMs / allMs,
})

/** About the goods, so of the shipment as a whole. */
export const shelfLifeAlert = (
  shipmentId: string,
  severity: 'WARNING' | 'CRITICAL',
  at: number,
  shelfLife: ShelfLife,
  meanKineticTemperatureC: number | null,
): Alert =>
  alert(
    { shipmentId, sensorId: NAMELESS },
    'TEMPERATURE',
    severity,
    at,
    shelfLifeReason(shelfLife),
    { meanKineticTemperatureC },
  )

/** Where the journey was outside before this excursion, too. */
export const totalReasons = (
  { temperatureTotal }: Sensor,
  { dwellMs }: ExcursionChange,
): readonly Reason[] => {
  if (temperatureTotal === null || temperatureTotal.outsideMs <= dwellMs) return []
  const { outsideMs, beyondMinutes } = temperatureTotal
  const detail = sentence(
    'Since its first reading outside for {span} in all; {beyondMinutes} degree-minutes.',
    { span: spanText(outsideMs), beyondMinutes },
  )
  return [{ code: 'TEMPERATURE_IN_ALL', detail, weight: 0 }]
}
