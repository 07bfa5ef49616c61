/**
 * Tells that a shipment has come a stage further, and, once it is there, how long that took.
 *
 *   logistics, by shipment, with lane and promise of shipments  -->  shipment-legs
 *
 * How long it took is told when its promise has passed, and not when it arrives: those that are fast arrive
 * first, and whoever learnt from them alone would find all of them fast. A shipment that is late is told when
 * it is there; one that is never there teaches nothing, nor does one that was returned.
 *
 * A stage that comes after a further one is none: scanners upload late. How far it went is of its positions, where
 * it has any.
 */
import { array, double, enumOf, long, nullable, record } from '../engine/form.ts'
import { type BodyOf, by, type Context, definePipeline } from '../engine/pipeline.ts'
import { value } from '../engine/state/index.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  shipmentLegs as legsTopic,
  logistics,
  type Shipment,
  type ShipmentLeg,
  shipments,
} from '../events.ts'
import { type Track, trackAfter } from '../models/position-track.ts'
import { hasPosition, type Located, trackForm } from './shipment-positions.ts'
import { isFurther, STAGES, type Stage, stageBy } from './shipment-stage.ts'

export const ETA_VERSION = 'arrivals-2026-11-24'

const PLAN_FIELDS = ['shipmentId', 'lane', 'destinationId', 'promisedAt'] as const

const legState = {
  stages: value(
    nullable(array(record({ stage: enumOf(...STAGES), begunAt: long, fromKm: double }))),
    null,
  ),
  endedAt: value(nullable(long), null),
  track: value(nullable(trackForm), null),
}

type LegContext = Context<
  typeof legState,
  'learn',
  { readonly shipments: Pick<Shipment, (typeof PLAN_FIELDS)[number]> }
>
type Leg = BodyOf<ShipmentLeg>

export const shipmentLegs = definePipeline({
  id: 'shipment-legs',
  version: ETA_VERSION,
  order: 'arrival',
  inputs: {
    step: {
      from: read(logistics, 'shipmentId', 'type'),
      when: event => stageBy(event) !== null || event.type === 'RETURNED',
      key: by('shipmentId'),
      late: 'handle',
      disorderBy: 'key',
    },
    position: {
      from: read(logistics, 'shipmentId', 'type', 'latitude', 'longitude'),
      when: hasPosition,
      key: by('shipmentId'),
      late: 'handle',
      disorderBy: 'key',
    },
  },
  references: { shipments: read(shipments, ...PLAN_FIELDS) },
  state: legState,
  forgetAfterMs: days(120),
  output: legsTopic,
  on: {
    step(event, context) {
      const { state } = context
      if (state.endedAt.get() !== null) return null
      const stage = stageBy(event)
      if (stage === null) {
        state.endedAt.set(event.occurredAt)
        return null
      }
      const before = state.stages.get() ?? []
      if (!isFurther(stage, before.at(-1)?.stage ?? null)) return null
      if (stage !== 'DELIVERED') {
        const fromKm = state.track.get()?.distanceKm ?? 0
        state.stages.set([...before, { stage, begunAt: event.occurredAt, fromKm }])
        return legOf(stage, event.occurredAt, context)
      }
      state.endedAt.set(event.occurredAt)
      const arrived = legOf(stage, event.occurredAt, context)
      const { promisedAt } = arrived
      if (promisedAt === null || promisedAt <= context.now) return [arrived, ...taken(context)]
      context.timers.set('learn', promisedAt)
      return arrived
    },
    position(position, { state }) {
      if (state.endedAt.get() !== null || state.stages.get() === null) return
      state.track.set(trackAfter(state.track.get(), position as Located))
    },
  },
  onTimer: {
    learn: context => taken(context),
  },
})

/** How long it took from each stage. A clock that went back teaches nothing. */
const taken = (context: LegContext): Leg[] => {
  const { state } = context
  const endedAt = state.endedAt.get()!
  const stages = state.stages.get() ?? []
  return stages
    .filter(({ begunAt }) => begunAt < endedAt)
    .map(({ stage, begunAt, fromKm }) => ({
      ...legOf(stage, begunAt, context),
      durationMs: endedAt - begunAt,
      distanceKm: wentSince(fromKm, state.track.get()),
    }))
}

/** Less than a kilometre is no way to tell the next shipment's progress by. */
const DISTANCE_MIN_KM = 1

const wentSince = (fromKm: number, track: Track | null): number | null => {
  const distanceKm = (track?.distanceKm ?? 0) - fromKm
  return distanceKm >= DISTANCE_MIN_KM ? distanceKm : null
}

const legOf = (stage: Stage, begunAt: number, { key, reference }: LegContext): Leg => {
  const plan = reference.shipments.get(key)
  return {
    modelVersion: ETA_VERSION,
    reasons: [],
    shipmentId: key,
    stage,
    begunAt,
    lane: plan?.lane ?? null,
    destinationId: plan?.destinationId ?? null,
    promisedAt: plan?.promisedAt ?? null,
    durationMs: null,
    distanceKm: null,
  }
}
