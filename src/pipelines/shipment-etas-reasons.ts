/** Why a shipment is expected when it is. */
import type { Reason } from '../events.ts'
import type { Arrival, StageKnown } from '../models/arrival.ts'
import { detourOf, progressOf, type Travelled } from '../models/arrival-progress.ts'
import { standsSince, type Track } from '../models/position-track.ts'
import { sentence, spanText } from '../models/sentence.ts'
import type { Stage } from './shipment-stage.ts'

const HOUR_MS = 3_600_000
const hoursText = (spanMs: number): string =>
  spanMs < 2 * HOUR_MS ? spanText(spanMs) : `${Math.round(spanMs / HOUR_MS)} h`

const STAGE_REASONS: Readonly<Record<Stage, string>> = {
  HANDED_OVER: 'From the hand-over it usually takes {usual}; known from {observations} arrivals.',
  IN_TRANSIT: 'From its departure it usually takes {usual}; known from {observations} arrivals.',
  OUT_FOR_DELIVERY:
    'Out for delivery it usually takes {usual}; known from {observations} arrivals.',
  DELIVERED: 'It is there.',
}

export const etaReasons = (
  known: StageKnown & Travelled & { readonly stage: Stage; readonly observations: number },
  { p50, lateProbability }: Arrival,
  track: Track | null,
  now: number,
): readonly Reason[] => {
  const usualMs = Math.exp(known.logMs)
  const { observations, begunAt, promisedAt } = known
  const stage = {
    code: 'ETA_STAGE',
    detail: sentence(STAGE_REASONS[known.stage], { usual: hoursText(usualMs), observations }),
    weight: usualMs / HOUR_MS,
  }
  const reasons = [stage]
  const overMs = now - begunAt - usualMs
  if (overMs > 0) {
    const detail = sentence('It has been under way for {over} longer than usual.', {
      over: hoursText(overMs),
    })
    reasons.push({ code: 'ETA_OVERDUE', detail, weight: overMs / HOUR_MS })
  }
  reasons.push(...trackReasons(known, track, now))
  if (promisedAt === null) return reasons
  const late = { percent: 100 * lateProbability!, apart: hoursText(Math.abs(p50 - promisedAt)) }
  const template =
    p50 > promisedAt
      ? 'That is {apart} after the promise; late with a probability of {percent} %.'
      : 'That is {apart} before the promise; late with a probability of {percent} %.'
  return [
    ...reasons,
    { code: 'ETA_PROMISE', detail: sentence(template, late), weight: lateProbability! },
  ]
}

export const arrivedReason = (at: number, promisedAt: number | null): Reason => {
  if (promisedAt === null) return { code: 'ETA_THERE', detail: 'It is there.', weight: 1 }
  const apart = hoursText(Math.abs(at - promisedAt))
  const template =
    at > promisedAt ? 'There, {apart} after the promise.' : 'There, {apart} before the promise.'
  return { code: 'ETA_THERE', detail: sentence(template, { apart }), weight: 1 }
}

const trackReasons = (known: Travelled, track: Track | null, now: number): readonly Reason[] => {
  const detour = detourOf(known, track)
  if (detour !== null) return [detourReason(detour)]
  const progress = progressOf(known, track)
  if (progress === null || track === null) return []
  const since = standsSince(track, now)
  const said = {
    percent: 100 * progress,
    speed: Math.exp(track.logSpeed),
    standing: hoursText(now - (since ?? now)),
  }
  const template =
    since === null
      ? 'It has gone {percent} % of the usual way, at {speed} km/h.'
      : 'It has gone {percent} % of the usual way, and has been standing for {standing}.'
  return [{ code: 'ETA_POSITION', detail: sentence(template, said), weight: progress }]
}

const detourReason = (detour: number): Reason => ({
  code: 'ETA_DETOUR',
  detail: sentence('It has gone {percent} % farther than others of its lane, and is not there.', {
    percent: 100 * detour,
  }),
  weight: detour,
})
