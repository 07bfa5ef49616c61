import { expect, test } from 'vitest'
import { days } from '../../engine/time.ts'
import { priceRecommendations } from '../../events.ts'
import { pipelines } from '../../pipelines/index.ts'
import { Harness } from '../harness.ts'
import { PRICE_CHAIN } from '../price-loop.ts'
import { shop } from './shop.ts'

const OPENS_AT = Date.UTC(2026, 3, 1)
const SETTINGS = { seed: 7, rate: 20, opensAt: OPENS_AT, liveAt: OPENS_AT + days(12) }

test('prices are recommended in each market, but for articles whose limits are in another currency', () => {
  const chain = pipelines.filter(({ id }) => PRICE_CHAIN.includes(id))
  const mill = new Harness(chain, { mode: 'history', batchSize: 5_000 })
  const read = new Set(mill.application.sourceTopics.map(({ name }) => name))
  const open = shop(SETTINGS)
  const send = ({ topic, record }: ReturnType<typeof open.opening>[number]) => {
    if (read.has(topic.name)) mill.sendBytes(topic.name, Buffer.from(JSON.stringify(record)))
  }
  open.opening().forEach(send)
  for (let slot = 0; slot < open.historySlots; slot++) open.arrivals(slot, []).forEach(send)
  mill.finish()

  const told = mill.resultsOf(priceRecommendations)
  const asked = (market: string) =>
    new Set(told.filter(each => each.market === market && each.action !== 'HOLD').map(skuOf)).size
  for (const market of ['DE', 'GB', 'FR']) expect(asked(market), market).toBeGreaterThan(45)
  const unknown = told.filter(({ reasons }) =>
    reasons.some(({ code }) => code === 'P_LIMITS_UNKNOWN'),
  )
  expect(new Set(unknown.map(({ market }) => market))).toEqual(new Set(['GB']))
  expect(new Set(unknown.map(skuOf)).size).toBeLessThanOrEqual(5)
})

const skuOf = ({ sku }: { readonly sku: string }): string => sku
