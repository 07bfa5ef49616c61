import { expect, test } from 'vitest'
import { codecsOf } from '../engine/schema/codecs.ts'
import {
  basketCountOf,
  basketTotalOf,
  elasticityOf,
  evidenceRecordOf,
  neighboursOf,
  observationOf,
  populationRecordOf,
  recommendationOf,
} from './price-records.ts'
import type { Send } from './script.ts'

const AT = Date.UTC(2026, 0, 2, 0, 15)

test.each<Send>([
  observationOf(AT, 'r', { category: 'tea' }),
  evidenceRecordOf(AT, 'r', { shardId: 'elasticities/tea#7' }),
  populationRecordOf(AT, 'r', { category: 'tea' }),
  elasticityOf(AT, 'r'),
  recommendationOf(AT, 'r'),
  basketTotalOf(AT, 'r', { baskets: 12 }),
  basketCountOf(AT, 'r', { baskets: 3, neighbours: [{ sku: 'mug', baskets: 2, error: 0 }] }),
  neighboursOf(AT, 'r', { baskets: 3 }),
])('$send.name takes the record', ({ send: topic, record }) => {
  const codecs = codecsOf<typeof record>(topic)
  expect(codecs.decodeJson(Buffer.from(JSON.stringify(record)))).toMatchObject(record)
})

test('a record belongs to the model that its fields name', () => {
  expect(observationOf(AT, 'r', { category: 'tea' }).record.modelId).toBe('elasticities/tea')
  expect(evidenceRecordOf(AT, 'r', { shardId: 'elasticities/#7' }).record.modelId).toBe(
    'elasticities/',
  )
  expect(populationRecordOf(AT, 'r').record).toMatchObject({
    modelId: 'elasticities/',
    cutAt: Date.UTC(2026, 0, 2),
  })
  expect(basketTotalOf(AT, 'r', { market: null, baskets: 1 }).record.modelId).toBe('baskets/')
})
