/**
 * Says when a shipment will be there, and how likely it is late.
 *
 *   stage-forecasts, by shipment  -->  shipment-etas
 *   shipment-legs: it is there    -----^
 *   logistics: where it is        -----^
 *
 * Where it has positions, and its lane is known by those of others, its progress and its speed say more than its
 * stage: both are weighed by how sure they are.
 *
 * There is a record with each stage, and when time alone changed it: a shipment that should be there by now is
 * expected later. Told is what matters: the median moved by a quarter of an hour, or the risk of being late across
 * .2, .5 or .8 with a hysteresis of .05. It is looked at again when its median has passed, or its promise.
 */
import { array, double, enumOf, long, nullable, record } from '../engine/form.ts'
import { type BodyOf, by, type Context, definePipeline } from '../engine/pipeline.ts'
import { value } from '../engine/state/index.ts'
import { days, minutes } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  shipmentEtas as etasTopic,
  stageForecasts as forecastsTopic,
  shipmentLegs as legsTopic,
  logistics,
  type ShipmentEta,
} from '../events.ts'
import { type Arrival, arrivalOf } from '../models/arrival.ts'
import { arrivalWithProgress } from '../models/arrival-progress.ts'
import { isEtaNews, lateStepOf } from '../models/eta-news.ts'
import { trackAfter } from '../models/position-track.ts'
import { arrivedReason, etaReasons } from './shipment-etas-reasons.ts'
import { ETA_VERSION } from './shipment-legs.ts'
import { hasPosition, type Located, trackForm } from './shipment-positions.ts'
import { isFurther, STAGES, type Stage } from './shipment-stage.ts'

const etaState = {
  known: value(
    nullable(
      record({
        stage: enumOf(...STAGES),
        begunAt: long,
        promisedAt: nullable(long),
        logMs: double,
        residuals: array(double),
        missShare: double,
        plattSlope: double,
        plattLevel: double,
        observations: long,
        distanceKm: nullable(double),
        /** How far it had gone when it came to the stage. */
        fromKm: double,
      }),
    ),
    null,
  ),
  track: value(nullable(trackForm), null),
  told: value(nullable(record({ p50: long, lateStep: nullable(long) })), null),
  isThere: value(nullable(long), null),
}

export type EtaContext = Context<typeof etaState, 'look', Record<never, never>>
type Eta = BodyOf<ShipmentEta>

/** Nobody waits longer. */
const GIVEN_UP_MS = days(60)
/** It is not looked at more often than this. */
const LOOK_MS = minutes(30)

export const shipmentEtas = definePipeline({
  id: 'shipment-etas',
  version: ETA_VERSION,
  order: 'arrival',
  inputs: {
    forecast: {
      from: read(
        forecastsTopic,
        'shipmentId',
        'stage',
        'begunAt',
        'promisedAt',
        'logMs',
        'residuals',
        'missShare',
        'plattSlope',
        'plattLevel',
        'observations',
        'distanceKm',
      ),
      key: by('shipmentId'),
      late: 'handle',
    },
    position: {
      from: read(logistics, 'shipmentId', 'type', 'latitude', 'longitude'),
      when: hasPosition,
      key: by('shipmentId'),
      late: 'handle',
      disorderBy: 'key',
    },
    arrived: {
      from: read(legsTopic, 'shipmentId', 'stage', 'begunAt', 'promisedAt', 'durationMs'),
      when: leg => leg.stage === 'DELIVERED' && leg.durationMs === null,
      key: by('shipmentId'),
      late: 'handle',
    },
  },
  state: etaState,
  forgetAfterMs: days(120),
  output: etasTopic,
  on: {
    forecast({ shipmentId: _, occurredAt: __, ...known }, context) {
      const { state } = context
      const stage = known.stage as Stage
      if (state.isThere.get() !== null) return null
      if (!isFurther(stage, state.known.get()?.stage ?? null)) return null
      const fromKm = state.track.get()?.distanceKm ?? 0
      state.known.set({ ...known, stage, residuals: [...known.residuals], fromKm })
      state.told.set(null)
      return look(context)
    },
    position(position, context) {
      const { state } = context
      if (state.isThere.get() !== null) return null
      const before = state.track.get()
      const after = trackAfter(before, position as Located)
      state.track.set(after)
      const hasMoved = after.distanceKm !== before?.distanceKm
      return hasMoved && state.known.get()?.distanceKm != null ? look(context) : null
    },
    arrived({ begunAt, promisedAt }, context) {
      const { key, state, timers } = context
      timers.clear('look')
      state.isThere.set(begunAt)
      const isLate = promisedAt === null ? null : begunAt > promisedAt
      const arrival = { p05: begunAt, p50: begunAt, p90: begunAt, p95: begunAt }
      const lateProbability = isLate === null ? null : Number(isLate)
      const reasons = [arrivedReason(begunAt, promisedAt)]
      return etaOf(key, 'DELIVERED', { ...arrival, lateProbability }, promisedAt, reasons)
    },
  },
  onTimer: {
    look: context => look(context),
  },
})

const look = (context: EtaContext): Eta | null => {
  const { key, state, timers, now } = context
  const known = state.known.get()
  if (known === null || now - known.begunAt > GIVEN_UP_MS) return null
  const arrival = arrivalWithProgress(arrivalOf(known, now), known, state.track.get(), now)
  const { promisedAt, stage } = known
  const passes = promisedAt !== null && promisedAt >= now ? promisedAt + 1 : Infinity
  timers.set('look', Math.min(passes, Math.max(arrival.p50, now + LOOK_MS)))
  const told = state.told.get()
  const lateStep = lateStepOf(arrival.lateProbability, told?.lateStep ?? null)
  const next = { p50: arrival.p50, lateStep }
  if (!isEtaNews(told, next)) return null
  state.told.set(next)
  return etaOf(key, stage, arrival, promisedAt, etaReasons(known, arrival, state.track.get(), now))
}

const etaOf = (
  shipmentId: string,
  stage: Stage,
  { p05, p50, p90, p95, lateProbability }: Arrival,
  promisedAt: number | null,
  reasons: Eta['reasons'],
): Eta => ({
  modelVersion: ETA_VERSION,
  reasons,
  shipmentId,
  stage,
  etaP05: p05,
  etaP50: p50,
  etaP90: p90,
  etaP95: p95,
  promisedAt,
  lateProbability,
})
