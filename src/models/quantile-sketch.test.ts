import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  addValue,
  bucketOf,
  countsOf,
  emptySketch,
  HIGHEST_BUCKET,
  LOWEST_BUCKET,
  mergeSketch,
  middleOf,
  type QuantileSketch,
  removeValue,
  SKETCH_BUCKETS_MAX,
  sketchOf,
} from './quantile-sketch.ts'
import { bucketAtShare, quantileOf, rankShareOf } from './sketch-ranks.ts'

const ERROR = 0.01 * (1 + 1e-9)
/** Values of one bucket differ by no more than this factor. */
const BUCKET_WIDTH = (1.01 / 0.99) * (1 + 1e-9)
const values = fc.oneof(
  fc.constantFrom(0, 1, 2, 3),
  fc.double({ min: 0.01, max: 1e12, noNaN: true }),
  fc.integer({ min: 1, max: 40 }),
)
const shares = fc.oneof(
  fc.constantFrom(0, 0.25, 0.5, 0.75, 1),
  fc.double({ min: 0, max: 1, noNaN: true }),
)

const sketchOfAll = (all: readonly number[]): QuantileSketch => {
  const sketch = emptySketch()
  for (const value of all) addValue(sketch, value)
  return sketch
}

describe('a sketch', () => {
  test('answers each quantile within one per cent, while people come and go', () => {
    const steps = fc.array(fc.record({ value: values, leaving: fc.nat(3), q: shares }))
    fc.assert(
      fc.property(steps, all => {
        const sketch = emptySketch()
        const here: number[] = []
        for (const { value, leaving, q } of all) {
          addValue(sketch, value)
          here.push(value)
          if (leaving === 0)
            removeValue(sketch, here.splice(Math.floor(q * (here.length - 1)), 1)[0]!)
          expect(sketch.count).toBe(here.length)
          const exact = here.toSorted((a, b) => a - b)[Math.floor(q * (here.length - 1))]
          if (exact === undefined) expect(quantileOf(sketch, q)).toBeNull()
          else expect(Math.abs(quantileOf(sketch, q)! - exact)).toBeLessThanOrEqual(exact * ERROR)
        }
      }),
    )
  })

  test('is the sum of its people, in whichever order and parts they come, and whoever left', () => {
    const part = fc.record({ stay: fc.array(values), leave: fc.array(values) })
    fc.assert(
      fc.property(fc.array(part, { maxLength: 4 }), fc.boolean(), (parts, backwards) => {
        const merged = emptySketch()
        for (const { stay, leave } of backwards ? parts.toReversed() : parts) {
          const sketch = sketchOfAll([...leave, ...stay])
          for (const value of leave.toReversed()) removeValue(sketch, value)
          mergeSketch(merged, sketch)
        }
        expect(merged).toEqual(sketchOfAll(parts.flatMap(({ stay }) => stay).toReversed()))
      }),
    )
  })

  test('keeps to its buckets, with what is beyond them at their ends', () => {
    const sketch = emptySketch()
    for (let exponent = -700; exponent <= 700; exponent++) addValue(sketch, 10 ** (exponent / 3))
    for (let bucket = LOWEST_BUCKET; bucket <= HIGHEST_BUCKET; bucket++) {
      addValue(sketch, middleOf(bucket))
    }
    expect(sketch.buckets.length).toBe(2 * SKETCH_BUCKETS_MAX)
    expect(quantileOf(sketch, 0)).toBe(0)
    expect(quantileOf(sketch, 1)).toBeGreaterThan(2e13)
    removeValue(sketch, 10 ** (700 / 3))
    expect(bucketOf(Number.MAX_VALUE)).toBe(HIGHEST_BUCKET)
    expect(bucketOf(Number.MIN_VALUE)).toBe(LOWEST_BUCKET)
  })

  test('is plain data, and a map of numbers where an event carries it', () => {
    fc.assert(
      fc.property(fc.array(values), all => {
        const sketch = sketchOfAll(all)
        expect(JSON.parse(JSON.stringify(sketch))).toEqual(sketch)
        const counts = Object.entries(countsOf(sketch))
        expect(sketchOf(Object.fromEntries(counts.toReversed()))).toEqual(sketch)
      }),
    )
  })

  test('refuses what it cannot count, and is as before', () => {
    const sketch = sketchOfAll([3, 3])
    for (const value of [-1, Number.NaN, Infinity]) {
      expect(() => addValue(sketch, value)).toThrow(RangeError)
      expect(() => rankShareOf(sketch, value)).toThrow(/finite values of 0 or more/)
    }
    expect(() => addValue(sketch, 1, 0)).toThrow(/not 0/)
    expect(() => addValue(sketch, 1, 1.5)).toThrow(/not 1.5/)
    expect(() => removeValue(sketch, 3, 3)).toThrow(/counts 2 values .* cannot lose 3/)
    expect(() => removeValue(sketch, 5)).toThrow(/Remove only what was added/)
    expect(sketch).toEqual(sketchOfAll([3, 3]))
    expect(() => sketchOf({ '1.5': 1 })).toThrow(/"1.5" is no bucket/)
    expect(() => sketchOf({ '1600': 1 })).toThrow(/from -512 to 1535/)
    expect(() => sketchOf({ '7': -2 })).toThrow(/not -2/)
  })
})

describe('a share of rank', () => {
  test('counts those below and half of those alike', () => {
    const sketch = sketchOfAll([1, 1, 1, 1, 1, 1, 2, 2, 3, 9])
    expect([0.5, 1, 1.5, 2, 3, 9, 10].map(value => rankShareOf(sketch, value))).toEqual([
      0, 0.3, 0.6, 0.7, 0.85, 0.95, 1,
    ])
    const [one, two] = [bucketOf(1), bucketOf(2)]
    const reached = [0, 0.3, 0.31, 0.6, 0.61, 0.7, 0.71, 1].map(at => bucketAtShare(sketch, at))
    const last = [one + 1, one + 1, two, two, two + 1, bucketOf(9) + 1]
    expect(reached).toEqual([LOWEST_BUCKET, one, ...last])
    expect(rankShareOf(emptySketch(), 1)).toBeNull()
  })

  test('is told from a list within what one per cent can hide', () => {
    fc.assert(
      fc.property(fc.array(values, { minLength: 1 }), values, (all, value) => {
        const share = rankShareOf(sketchOfAll(all), value)!
        const below = all.filter(one => one < value / BUCKET_WIDTH).length
        const above = all.filter(one => one > value * BUCKET_WIDTH).length
        expect(share * all.length).toBeGreaterThanOrEqual(below)
        expect(share * all.length).toBeLessThanOrEqual(all.length - above)
        if (all.includes(value)) expect(share).toBeLessThan(1)
      }),
    )
  })

  test('is reached at a bucket just where the values of that bucket have it', () => {
    const near = fc.record({ place: fc.nat(99), offset: fc.integer({ min: -1, max: 1 }) })
    fc.assert(
      fc.property(fc.array(values, { minLength: 1 }), near, shares, (all, to, share) => {
        const bucket = Math.max(bucketOf(all[to.place % all.length]!) + to.offset, LOWEST_BUCKET)
        const below = all.filter(one => bucketOf(one) < bucket).length
        const alike = all.filter(one => bucketOf(one) === bucket).length
        const reached = bucket >= bucketAtShare(sketchOfAll(all), share)
        expect(reached).toBe(below + alike / 2 >= share * all.length)
      }),
    )
  })
})
