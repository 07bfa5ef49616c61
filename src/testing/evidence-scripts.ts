/** Scripts of what is observed of a few articles of two categories, and of parameters in use. */
import fc from 'fast-check'
import { days, hours, minutes, seconds } from '../engine/time.ts'
import { demandObservations, modelParameters } from '../events.ts'
import { observationOf } from './price-records.ts'
import { commit, type ScriptStep, send, tick } from './script.ts'

const DAY = days(1)
const START = 20_300 * DAY

const steps = fc.record({
  sku: fc.constantFrom('tea', 'cup', 'pot', 'jam', 'mug', 'tin'),
  market: fc.constantFrom('UK', 'UK', 'US', null),
  category: fc.constantFrom('drinks', 'drinks', 'food', null),
  leftModelId: fc.constantFrom(null, null, null, 'elasticities/drinks'),
  gapMs: fc.oneof(fc.nat(minutes(3)), fc.nat(hours(40)), fc.nat(30 * DAY)),
  lagMs: fc.constantFrom(0, 0, 0, seconds(3), hours(30)),
  untilMidnight: fc.constantFrom(true, false, false),
  spanMs: fc.oneof(fc.nat(DAY), fc.nat(9 * DAY)),
  units: fc.nat(200),
  isByViews: fc.boolean(),
  /** Between what is hardly known and what is known well. */
  precision: fc.double({ min: 0, max: 12, noNaN: true }),
  /** Without −0, which is 0 in a result. */
  mean: fc.double({ min: -5, max: 1, noNaN: true }).map(mean => mean + 0),
  isKnown: fc.constantFrom(true, true, true, false),
  priceChanges: fc.nat(3),
  kind: fc.constantFrom('told', 'told', 'told', 'told', 'told', 'tick', 'commit', 'row', 'broken'),
  again: fc.constantFrom(true, false, false),
})
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never

/** Six articles tell enough together for a cut of their category. */
const told = (): readonly ScriptStep[] =>
  Array.from({ length: 6 }, (_, at) =>
    observationOf(START + minutes(at), `first${at}`, {
      sku: `sku${at}`,
      category: 'drinks',
      deviationVariance: 0.4,
      priceChanges: 3,
      experimentChanges: 3,
    }),
  )

/** With repeated, late and unreadable records, ticks and commits. */
export const evidenceScripts: fc.Arbitrary<readonly ScriptStep[]> = fc
  .array(steps, { maxLength: 30 })
  .map(drawn => {
    let newest = START + hours(1)
    const steps = drawn.flatMap((step, index): ScriptStep[] => {
      newest += step.gapMs
      if (step.untilMidnight) newest = Math.ceil(newest / DAY) * DAY
      const one = stepOf(step, newest, index)
      return step.again ? [one, one] : [one]
    })
    return [...told(), ...steps]
  })

const stepOf = (step: Step, newest: number, index: number): ScriptStep => {
  const at = newest - step.lagMs
  if (step.kind === 'tick') return tick(newest)
  if (step.kind === 'commit') return commit
  if (step.kind === 'broken') return send(demandObservations, { resultId: 'x', occurredAt: at })
  if (step.kind === 'row') return parametersAt(newest, index + 1)
  return toldAt(at, index, step)
}

const parametersAt = (at: number, version: number): ScriptStep =>
  send(modelParameters, {
    modelId: 'elasticities/drinks',
    version,
    occurredAt: at,
    effectiveAt: at,
    trainedThrough: at,
    parameters: { scatter: 0.25 },
  })

const toldAt = (at: number, index: number, step: Step): ScriptStep => {
  const { sku, market, category, leftModelId, units, isByViews, priceChanges } = step
  const belief = { mean: step.mean, variance: 1 / (0.25 + step.precision) }
  return observationOf(at, `r${index}`, {
    sku,
    market,
    category,
    leftModelId,
    units,
    isByViews,
    priceChanges,
    experimentChanges: priceChanges,
    startedAt: at - step.spanMs,
    hours: step.spanMs / hours(1),
    observations: index,
    unitsPerDay: units,
    deviationMean: step.isKnown ? belief.mean : null,
    deviationVariance: belief.variance,
    priceMean: belief.mean,
    priceVariance: belief.variance,
    covariance: 0,
  })
}
