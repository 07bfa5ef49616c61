/** What is said of a shipment: alerts with their numbers, and a sentence for each. */
import type { BodyOf } from '../engine/pipeline.ts'
import type { Reason, ShipmentAlert } from '../events.ts'
import type { ExcursionChange } from '../models/excursion.ts'
import { TEMPERATURE_RULE } from '../models/excursion-rules.ts'
import type { SensorPresence } from '../models/sensor-presence.ts'
import { type SensorRepeats, STUCK_READINGS } from '../models/sensor-repeats.ts'
import { sentence, spanText } from '../models/sentence.ts'
import type { Shock } from '../models/shock.ts'
import { NAMELESS } from './shipment-alerts-state.ts'

export const SHIPMENT_ALERTS_VERSION = 'shipment-rules-2026-11-24'

export type Alert = BodyOf<ShipmentAlert>

/** Whose sensor it is about; `NAMELESS`: the shipment as a whole. */
export interface Subject {
  readonly shipmentId: string
  readonly sensorId: string
}

export const alert = (
  { shipmentId, sensorId }: Subject,
  kind: Alert['kind'],
  severity: Alert['severity'],
  startedAt: number,
  reason: Reason | readonly Reason[],
  numbers: Partial<Alert> = {},
): Alert => ({
  modelVersion: SHIPMENT_ALERTS_VERSION,
  reasons: [reason].flat(),
  shipmentId,
  sensorId: sensorId === NAMELESS ? null : sensorId,
  kind,
  severity,
  startedAt,
  value: numbers.value ?? null,
  limit: numbers.limit ?? null,
  dwellMs: numbers.dwellMs ?? null,
  degreeMinutes: numbers.degreeMinutes ?? null,
  meanKineticTemperatureC: numbers.meanKineticTemperatureC ?? null,
  score: numbers.score ?? null,
})

const EXCURSION_REASONS = {
  TEMPERATURE_ABOVE:
    'Above {limit} °C for {minutes} min, at most {worst} °C; {beyondMinutes} degree-minutes.',
  TEMPERATURE_BELOW:
    'Below {limit} °C for {minutes} min, at least {worst} °C; {beyondMinutes} degree-minutes.',
  HUMIDITY_ABOVE: 'Above {limit} % humidity for {minutes} min, at most {worst} %.',
  TEMPERATURE_FAR_ABOVE: '{worst} °C, {worstBeyond} °C above the limit: critical at once.',
  TEMPERATURE_FAR_BELOW: '{worst} °C, {worstBeyond} °C below the limit: critical at once.',
  HUMIDITY_FAR_ABOVE: '{worst} % humidity, {worstBeyond} points above the limit: critical at once.',
  TEMPERATURE_RECOVERED:
    'Back inside after {minutes} min beyond {limit} °C, at worst {worst} °C; ' +
    '{beyondMinutes} degree-minutes.',
  HUMIDITY_RECOVERED:
    'Back inside after {minutes} min above {limit} % humidity, at most {worst} %.',
} as const

/** @param more what the journey was like in all, and what the goods have left */
export const temperatureAlert = (
  subject: Subject,
  change: ExcursionChange,
  meanKineticTemperatureC: number,
  more: readonly Reason[],
): Alert =>
  excursionAlert(subject, 'TEMPERATURE', change, more, {
    degreeMinutes: change.excursion.beyondMinutes,
    meanKineticTemperatureC,
  })

export const humidityAlert = (subject: Subject, change: ExcursionChange): Alert =>
  excursionAlert(subject, 'HUMIDITY', change, [], {})

const excursionAlert = (
  subject: Subject,
  kind: 'TEMPERATURE' | 'HUMIDITY',
  { severity, excursion, dwellMs }: ExcursionChange,
  more: readonly Reason[],
  numbers: Partial<Alert>,
): Alert => {
  const { startedAt, worstValue, worstLimit, worstBeyond, beyondMinutes } = excursion
  const isFar = severity === 'CRITICAL' && dwellMs < TEMPERATURE_RULE.criticalAfterMs
  const code = codeOf(kind, severity, worstValue > worstLimit, isFar)
  const minutes = dwellMs / 60_000
  const said = { limit: worstLimit, worst: worstValue, worstBeyond, minutes, beyondMinutes }
  const reason = { code, detail: sentence(EXCURSION_REASONS[code], said), weight: worstBeyond }
  return alert(subject, kind, severity, startedAt, [reason, ...more], {
    value: worstValue,
    limit: worstLimit,
    dwellMs,
    ...numbers,
  })
}

const codeOf = (
  kind: 'TEMPERATURE' | 'HUMIDITY',
  severity: ExcursionChange['severity'],
  isAbove: boolean,
  isFar: boolean,
): keyof typeof EXCURSION_REASONS => {
  if (severity === 'RECOVERED') return `${kind}_RECOVERED`
  const far = isFar ? 'FAR_' : ''
  return kind === 'HUMIDITY' || isAbove ? `${kind}_${far}ABOVE` : `TEMPERATURE_${far}BELOW`
}

export const shockAlert = (
  subject: Subject,
  { at, severity }: Shock,
  shockG: number,
  limitG: number,
): Alert =>
  alert(
    subject,
    'SHOCK',
    severity,
    at,
    {
      code: 'SHOCK_ABOVE',
      detail: sentence('A shock of {shockG} g, where {limitG} g are allowed.', { shockG, limitG }),
      weight: shockG - limitG,
    },
    { value: shockG, limit: limitG },
  )

/** A day without one. */
export const calmAlert = (subject: Subject, { at }: Shock, calmMs: number): Alert =>
  alert(subject, 'SHOCK', 'RECOVERED', at, {
    code: 'SHOCK_OVER',
    detail: sentence('No shock above the limit for {calm}.', { calm: spanText(calmMs) }),
    weight: 1,
  })

export const stuckAlert = (subject: Subject, { value, since }: SensorRepeats): Alert =>
  alert(
    subject,
    'STUCK',
    'WARNING',
    since,
    {
      code: 'STUCK',
      detail: sentence('{count} readings in a row of {value} °C, without any variance.', {
        count: STUCK_READINGS,
        value,
      }),
      weight: 1,
    },
    { value },
  )

export const unstuckAlert = (subject: Subject, was: SensorRepeats, value: number): Alert =>
  alert(
    subject,
    'STUCK',
    'RECOVERED',
    was.since,
    {
      code: 'STUCK_RECOVERED',
      detail: sentence('Reads {value} °C after having repeated {was} °C.', {
        value,
        was: was.value,
      }),
      weight: 1,
    },
    { value },
  )

/** The sensor fell silent: `presence` is as it is since. */
export const silentAlert = (subject: Subject, presence: SensorPresence, now: number): Alert => {
  const { silentSince, intervalMs } = presence
  return alert(subject, 'SILENT', 'WARNING', silentSince!, {
    code: 'SILENT',
    detail: sentence('No reading for {silent}, where one is due every {interval}.', {
      silent: spanText(now - silentSince!),
      interval: spanText(intervalMs),
    }),
    weight: 1,
  })
}

export const heardAgainAlert = (subject: Subject, silentSince: number, at: number): Alert =>
  alert(subject, 'SILENT', 'RECOVERED', silentSince, {
    code: 'SILENT_RECOVERED',
    detail: sentence('Heard again, twice in time, {silent} after the last reading before.', {
      silent: spanText(at - silentSince),
    }),
    weight: 1,
  })

/** After the journey nobody waits for readings. */
export const noLongerWatchedAlert = (subject: Subject, silentSince: number): Alert =>
  alert(subject, 'SILENT', 'RECOVERED', silentSince, {
    code: 'SILENT_ENDED',
    detail: 'The journey is over, so no readings are due any more.',
    weight: 1,
  })
