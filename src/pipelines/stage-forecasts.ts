/**
 * Learns how long shipments take from each stage to their arrival, and says so of each that comes to one.
 *
 *   shipment-legs, all under one key  -->  stage-forecasts
 *
 * One key, since lanes are drawn towards their destinations and those towards all, and intervals are of all:
 * docs/decisions/0041. There are few records, two or three a shipment. Until a stage has been learnt from 20 times,
 * nothing is said, nor of a lane that is not known from three, nor where neither lane nor destination is stated.
 */
import { hashHex } from '../engine/hash.ts'
import { type BodyOf, definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import {
  stageForecasts as forecastsTopic,
  shipmentLegs as legsTopic,
  type ShipmentLeg,
  type StageForecast,
} from '../events.ts'
import { rawLateProbability } from '../models/arrival.ts'
import { quantileAt, quantilesOf } from '../models/conformal.ts'
import { plattOf } from '../models/platt-calibration.ts'
import { type FadingMean, fadingMeanAfter, shrinkageOf, shrunkMean } from '../models/shrunk-mean.ts'
import {
  hourEffect,
  hourOfWeek,
  STAGE_UNKNOWN,
  type StageLearning,
  stageAfter,
} from '../models/stage-learning.ts'
import { ETA_VERSION } from './shipment-legs.ts'
import { type StageContext, stageState } from './stage-forecasts-state.ts'

type Leg = Pick<
  ShipmentLeg,
  | 'shipmentId'
  | 'stage'
  | 'begunAt'
  | 'lane'
  | 'destinationId'
  | 'promisedAt'
  | 'durationMs'
  | 'distanceKm'
>

/** Arrivals that a stage has to be learnt from before anything is said. */
const OBSERVATIONS_MIN = 20
const KEPT_MS = days(400)
const SAID_KEPT_MS = days(120)
const ID_LENGTH_MAX = 200

export const stageForecasts = definePipeline({
  id: 'stage-forecasts',
  version: ETA_VERSION,
  order: 'arrival',
  inputs: {
    leg: {
      from: read(
        legsTopic,
        'shipmentId',
        'stage',
        'begunAt',
        'lane',
        'destinationId',
        'promisedAt',
        'durationMs',
        'distanceKm',
      ),
      when: leg => leg.stage !== 'DELIVERED' && leg.stage !== 'UNKNOWN',
      key: () => 'all',
      late: 'handle',
    },
  },
  state: stageState,
  forgetAfterMs: days(800),
  output: forecastsTopic,
  on: {
    leg(leg, context) {
      if (leg.durationMs === null) return forecastOf(leg, context)
      learn(leg, leg.durationMs, context)
      return null
    },
  },
})

const groupsOf = ({ stage, lane, destinationId }: Leg): readonly string[] => [
  stage,
  ...(destinationId === null ? [] : [`${stage}|to|${short(destinationId)}`]),
  ...(lane === null ? [] : [`${stage}|on|${short(lane)}`]),
]

const short = (id: string): string => (id.length > ID_LENGTH_MAX ? hashHex(id) : id)

const saidName = ({ shipmentId, stage }: Leg): string => `${stage}|${short(shipmentId)}`

type Groups = readonly (FadingMean | undefined)[]

const knownOf = (leg: Leg, { state }: StageContext): Groups =>
  groupsOf(leg).map(name => state.means.get(name))

const meanOf = (known: Groups, learning: StageLearning, now: number): number | null =>
  shrunkMean(known, now, shrinkageOf(learning.totalVariance, learning.withinVariance))

/** Of the smallest group that it belongs to: what others take says nothing of a lane of its own. */
const OWN_MIN = 3
const isOwnKnown = (known: Groups): boolean =>
  known.length > 1 && (known.at(-1)?.weight ?? 0) >= OWN_MIN

const forecastOf = (leg: Leg, context: StageContext): BodyOf<StageForecast> | null => {
  const { state, now } = context
  const { shipmentId, stage, begunAt, promisedAt } = leg
  const learning = state.stages.get(stage) as StageLearning | undefined
  if (learning === undefined || learning.observations < OBSERVATIONS_MIN) return null
  const known = knownOf(leg, context)
  const mean = meanOf(known, learning, now)
  if (mean === null || !isOwnKnown(known)) return null
  const logMs = mean + hourEffect(learning, hourOfWeek(begunAt))
  const residuals = quantilesOf(learning.residuals)
  const { missShare, observations } = learning
  const late = rawLateProbability({ begunAt, promisedAt, logMs, residuals })
  const low = logMs + quantileAt(residuals, missShare / 2)
  const high = logMs + quantileAt(residuals, 1 - missShare / 2)
  state.said.set(saidName(leg), { logMs, low, high, late }, now + SAID_KEPT_MS)
  const { slope: plattSlope, level: plattLevel } = plattOf(learning.calibration, now)
  const distanceKm = usualDistance(leg, context)
  const numbers = { logMs, residuals, missShare, plattSlope, plattLevel, observations, distanceKm }
  return {
    modelVersion: ETA_VERSION,
    reasons: [],
    shipmentId,
    stage,
    begunAt,
    promisedAt,
    ...numbers,
  }
}

const learn = (leg: Leg, durationMs: number, context: StageContext): void => {
  const { state, now } = context
  const { stage, begunAt, promisedAt } = leg
  const learning = (state.stages.get(stage) as StageLearning | undefined) ?? STAGE_UNKNOWN
  const logMs = Math.log(durationMs)
  const known = knownOf(leg, context)
  const mean = meanOf(known, learning, now) ?? logMs
  const [all, own] = [known[0], isOwnKnown(known) ? known.at(-1) : undefined]
  const fromAll = all === undefined ? null : logMs - all.mean
  const fromOwn = own === undefined ? null : logMs - own.mean
  const said = state.said.get(saidName(leg)) ?? null
  const wasLate = promisedAt === null ? null : begunAt + durationMs > promisedAt
  const after = stageAfter(
    learning,
    { begunAt, logMs, wasLate, at: now, fromAll, fromOwn },
    mean,
    said,
  )
  state.stages.set(stage, written(after), now + KEPT_MS)
  const withoutHour = logMs - hourEffect(learning, hourOfWeek(begunAt))
  if (leg.distanceKm !== null) learnDistance(leg, leg.distanceKm, context)
  for (const name of groupsOf(leg)) {
    state.means.set(name, fadingMeanAfter(state.means.get(name), withoutHour, now), now + KEPT_MS)
  }
}

/** Of the lane alone: what others are far away says nothing. */
const distanceName = ({ stage, lane }: Leg): string | null =>
  lane === null ? null : `${stage}|km|${short(lane)}`

const usualDistance = (leg: Leg, { state }: StageContext): number | null => {
  const name = distanceName(leg)
  const known = name === null ? undefined : state.means.get(name)
  return known === undefined || known.weight < DISTANCES_MIN ? null : Math.exp(known.mean)
}

const DISTANCES_MIN = 3

const learnDistance = (leg: Leg, distanceKm: number, { state, now }: StageContext): void => {
  const name = distanceName(leg)
  if (name === null) return
  const after = fadingMeanAfter(state.means.get(name), Math.log(distanceKm), now)
  state.means.set(name, after, now + KEPT_MS)
}

/** Forms hold lists that may be changed. */
const written = (learning: StageLearning) => ({
  ...learning,
  residuals: { ...learning.residuals, counts: [...learning.residuals.counts] },
  hourWeights: [...learning.hourWeights],
  hourMeans: [...learning.hourMeans],
})
