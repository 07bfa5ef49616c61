/** What a pair of article and market takes in the state of elasticities, cell by cell, once all prices have moved. */
import { Application } from '../../src/engine/application.ts'
import type { Arrival, EngineFields } from '../../src/engine/arrival.ts'
import { HASH_BYTES, layoutFrom } from '../../src/engine/store/layout.ts'
import { days } from '../../src/engine/time.ts'
import { deadLetters, lateEvents, topicNamed } from '../../src/events.ts'
import { demandObservations } from '../../src/pipelines/demand-observations.ts'
import { elasticityEvidence } from '../../src/pipelines/elasticity-evidence.ts'
import { PAIRS_MAX } from '../../src/pipelines/elasticity-evidence-state.ts'
import { priceElasticities } from '../../src/pipelines/price-elasticities.ts'
import type { Figure } from '../figure.ts'
import {
  MARKETS,
  type PriceMixEvent,
  type PriceMixOptions,
  pricedShopEvents,
} from '../price-mix.ts'

const COMMIT_RECORDS = 20_000
/** A week of 21,000 pairs, all but an hour. */
const SHOP: PriceMixOptions = { articles: 7_000, events: 300_000, seed: 1, gapMs: 2_000 }
const PAIRS = SHOP.articles * MARKETS.length
/** They are of one category, whose 64 parts keep so many of them, and are full by then. */
const EVIDENCE_PAIRS = 64 * PAIRS_MAX
/** Bytes of a pair in all that is kept of it. */
const TARGET = 1_024

const PIPELINES = [demandObservations, priceElasticities, elasticityEvidence] as const

export const elasticityKeys = async (): Promise<Figure[]> => {
  const application = new Application({
    pipelines: PIPELINES,
    mode: 'history',
    lateEvents,
    deadLetters,
  })
  takeAll(application)
  const cells = PIPELINES.flatMap(pipeline => {
    const pairs = pipeline === elasticityEvidence ? EVIDENCE_PAIRS : PAIRS
    return [...cellBytes(application, pipeline.id)].map(
      ([cell, all]) => [cell, all / pairs] as const,
    )
  })
  const total = cells.reduce((sum, [, bytes]) => sum + bytes, 0)
  return [
    ...cells.map(([cell, bytes]) => figureOf(cell, bytes)),
    { ...figureOf('all cells', total), target: TARGET },
  ]
}

const takeAll = (application: Application): void => {
  let taken = 0
  for (const { topic, event } of twoWeeks()) {
    application.take(arrivalOf(topic, event, taken++))
    if (taken % COMMIT_RECORDS === 0) application.commit()
  }
  application.finish(false)
  application.commit()
}

/** In the second, which begins with all prices anew, each is a tenth lower. */
function* twoWeeks(): Generator<PriceMixEvent> {
  yield* pricedShopEvents(SHOP)
  for (const next of pricedShopEvents({ ...SHOP, seed: 2 })) {
    if (next.topic !== 'markets') yield weekAfter(next)
  }
}

const weekAfter = ({
  topic,
  event,
}: Exclude<PriceMixEvent, { topic: 'markets' }>): PriceMixEvent => {
  const later = { eventId: `${event.eventId}-2`, occurredAt: event.occurredAt + days(7) }
  if (topic === 'orders') {
    return { topic, event: { ...event, ...later, orderId: `${event.orderId}-2` } }
  }
  if (topic !== 'prices') return { topic, event: { ...event, ...later } } as PriceMixEvent
  const shownPriceMinor = Math.round(0.9 * event.shownPriceMinor)
  return { topic, event: { ...event, ...later, shownPriceMinor, reason: 'EXPERIMENT' } }
}

/** By pipeline and cell: bytes over all keys, as they are packed. */
const cellBytes = (application: Application, pipelineId: string): Map<string, number> => {
  const entries = [...application.snapshot(pipelineId, 0)]
  const text = entries.find(({ key }) => key.startsWith('l:'))!.value!.toString()
  const { order } = JSON.parse(text) as { order: readonly string[] }
  const { type } = layoutFrom(text)
  const bytes = new Map(order.map(name => [`${pipelineId}, ${name}`, 0]))
  for (const { key, value } of entries) {
    if (!key.startsWith('k:')) continue
    const { ends } = type.decode(value!, HASH_BYTES).value
    for (const [index, cell] of [...bytes.keys()].entries()) {
      bytes.set(cell, bytes.get(cell)! + ends[index + 1]! - ends[index]!)
    }
  }
  return bytes
}

const figureOf = (name: string, bytes: number): Figure => ({
  name: `elasticity-keys: ${name}, of ${PAIRS.toLocaleString('en')} pairs`,
  value: bytes,
  unit: 'B',
  per: 'pair',
})

const arrivalOf = (name: string, event: EngineFields, offset: number): Arrival => ({
  topic: topicNamed(name)!,
  partition: 0,
  source: `${name}|0`,
  offset,
  timestampMs: event.occurredAt,
  key: null,
  format: 'avro',
  value: null,
  event,
  failure: null,
  redrivenFor: null,
})
