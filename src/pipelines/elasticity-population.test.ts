import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { ModelParameters } from '../events.ts'
import {
  categoryOf,
  levelsBy,
  modelIdOf,
  modelOfShard,
  shardIdOf,
  shardOf,
} from './elasticity-population.ts'
import { pairOf } from './price-pair.ts'

test('a category has one model, and articles without a category have theirs', () => {
  expect(modelIdOf('coffee')).toBe('elasticities/coffee')
  expect(modelIdOf(null)).toBe('elasticities/')
  expect(categoryOf('elasticities/coffee')).toBe('coffee')
  expect(categoryOf('elasticities/hot/drinks')).toBe('hot/drinks')
  expect(categoryOf('elasticities/')).toBe(null)
})

test('a part names its model, also where a category has a # in its name', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, sku) => {
      expect(modelOfShard(shardIdOf(modelIdOf(name), sku))).toBe(modelIdOf(name))
    }),
  )
})

test('pairs are in sixty-four parts, and each of them holds about as many', () => {
  const parts = new Map<number, number>()
  for (let i = 0; i < 6_400; i++) {
    const shard = shardOf(`sku-${i}`)
    parts.set(shard, (parts.get(shard) ?? 0) + 1)
  }
  expect([...parts.keys()].sort((a, b) => a - b)).toEqual(Array.from({ length: 64 }, (_, i) => i))
  expect(Math.max(...parts.values())).toBeLessThan(150)
  expect(shardIdOf('elasticities/coffee', 'sku-1')).toBe('elasticities/coffee#11')
})

test('an article that is sold in eighty markets is in most of the parts', () => {
  const markets = Array.from({ length: 80 }, (_, at) => `store-${at}`)
  const parts = new Set(markets.map(market => shardOf(pairOf('juice', market))))
  expect(parts.size).toBeGreaterThan(35)
})

const row = (version: number, parameters: Record<string, number>): ModelParameters => ({
  modelId: 'elasticities/coffee',
  version,
  occurredAt: 0,
  effectiveAt: null,
  trainedThrough: null,
  parameters,
})

const SEED = { mean: -2 }

/** Levels of which it is counted how often they are read. */
const counted = () => {
  let reads = 0
  const levelOf = levelsBy(({ mean }) => {
    reads++
    return mean === undefined ? null : { mean }
  }, SEED)
  return { levelOf, reads: () => reads }
}

test('before anything is published, the seed holds', () => {
  const { levelOf } = counted()
  expect(levelOf(new Map(), 'coffee')).toEqual({
    citation: 'elasticities@seed',
    version: 0,
    level: SEED,
  })
})

test('what is published for a category holds for it alone, and is read once', () => {
  const { levelOf, reads } = counted()
  const published = new Map([['elasticities/coffee', row(20_780, { mean: -2.4 })]])
  for (let i = 0; i < 3; i++) {
    expect(levelOf(published, 'coffee')).toEqual({
      citation: 'elasticities/coffee@20780',
      version: 20_780,
      level: { mean: -2.4 },
    })
  }
  expect(reads()).toBe(1)
  expect(levelOf(published, 'tea').level).toBe(SEED)
  expect(levelOf(published, null).level).toBe(SEED)
})

test('a row that makes no sense counts as none', () => {
  const { levelOf } = counted()
  const published = new Map([['elasticities/coffee', row(3, { median: 1 })]])
  expect(levelOf(published, 'coffee')).toMatchObject({ version: 0, level: SEED })
})
