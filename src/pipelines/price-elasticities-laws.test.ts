import fc from 'fast-check'
import { test } from 'vitest'
import { days, hours, type Instant, seconds } from '../engine/time.ts'
import { demandObservations, modelParameters } from '../events.ts'
import { pipelineLaws } from '../testing/laws.ts'
import { observationOf } from '../testing/price-records.ts'
import { commit, type ScriptStep, send, tick } from '../testing/script.ts'
import { priceElasticities } from './price-elasticities.ts'

type Draft = (occurredAt: Instant, resultId: string) => ScriptStep

/** Few articles in few markets, so that they meet; some observations are older than others. */
const observationDraft = fc
  .record({
    sku: fc.constantFrom('tea', 'cup'),
    market: fc.constantFrom('UK', 'FR', null),
    category: fc.constantFrom('drinks', null),
    lastedMs: fc.constantFrom(0, hours(5), days(1), days(9)),
    endedBeforeMs: fc.constantFrom(0, 0, 0, hours(30)),
    deviationMean: fc.constantFrom(-1, -2.5),
    deviationVariance: fc.constantFrom(4, 0.6, 0.02),
    observations: fc.nat(20),
    priceChanges: fc.constantFrom(0, 12),
    experimentChanges: fc.constantFrom(0, 6, 12),
    unitsPerDay: fc.constantFrom(null, 3),
  })
  .map(
    ({ lastedMs, endedBeforeMs, ...fields }): Draft =>
      (occurredAt, resultId) => {
        const endedAt = occurredAt - endedBeforeMs
        const span = { startedAt: endedAt - lastedMs, endedAt }
        return observationOf(occurredAt, resultId, { ...fields, ...span })
      },
  )

const parametersDraft = fc
  .record({ category: fc.constantFrom('drinks', ''), mean: fc.constantFrom(-1, -3) })
  .map(
    ({ category, mean }): Draft =>
      occurredAt =>
        send(modelParameters, {
          modelId: `elasticities/${category}`,
          version: occurredAt,
          occurredAt,
          parameters: {
            experimentMean: mean,
            experimentVariance: 0.02,
            experimentSkuSpread: 0.3,
            experimentMarketSpread: 0.2,
          },
        }),
  )

const unreadable: Draft = (occurredAt, resultId) =>
  send(demandObservations, { resultId, occurredAt, sku: 7 })

/** From one record to the next: the same moment, moments, days. */
const gaps = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(seconds(90)) },
  { weight: 4, arbitrary: fc.nat(hours(40)) },
)
const lags = fc.oneof(
  { weight: 6, arbitrary: fc.constant(0) },
  { weight: 3, arbitrary: fc.nat(seconds(5)) },
  { weight: 1, arbitrary: fc.nat(hours(24)) },
)

const steps = fc.record({
  draft: fc.oneof(
    { weight: 12, arbitrary: observationDraft },
    { weight: 2, arbitrary: parametersDraft },
    { weight: 1, arbitrary: fc.constant(unreadable) },
    { weight: 2, arbitrary: fc.constant<Draft>(tick) },
    { weight: 1, arbitrary: fc.constant<Draft>(() => commit) },
  ),
  gapMs: gaps,
  lagMs: lags,
  /** Sent once more, as at least once does. */
  again: fc.constantFrom(true, false, false, false),
})

const scripts = fc.array(steps, { maxLength: 25 }).map((drawn): readonly ScriptStep[] => {
  let newest = days(20)
  return drawn.flatMap(({ draft, gapMs, lagMs, again }, index) => {
    newest += gapMs
    const step = draft(newest - lagMs, `r${index}`)
    return again ? [step, step] : [step]
  })
})

for (const law of pipelineLaws(priceElasticities, scripts, { partitions: 2, runs: 30 })) {
  test(law.name, law.check)
}
