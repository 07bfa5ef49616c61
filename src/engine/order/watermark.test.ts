import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type SavedWatermark, Watermark } from './watermark.ts'

const SOURCES = { 'orders|0': 5, 'orders|1': 5, 'logistics|0': 100 } as const
const name = fc.constantFrom(...(Object.keys(SOURCES) as (keyof typeof SOURCES)[]))
const sighting = fc.record({ name, at: fc.integer({ min: -50, max: 500 }) })

const watermarkOf = (): Watermark => {
  const watermark = new Watermark()
  for (const [name, disorderMs] of Object.entries(SOURCES)) watermark.addPartition(name, disorderMs)
  return watermark
}

/** JSON, as it is saved. */
const reopened = (watermark: Watermark, history: boolean): Watermark => {
  const next = watermarkOf()
  if (history) next.followMerge()
  next.restore(JSON.parse(JSON.stringify(watermark.saved())) as SavedWatermark)
  return next
}

test('it is the least over the sources of newest less disorder less one, and never lowered', () => {
  const sightings = fc.array(fc.record({ sighting, reopen: fc.boolean() }), {
    maxLength: 60,
    size: 'max',
  })
  fc.assert(
    fc.property(sightings, fc.boolean(), (script, history) => {
      let watermark = watermarkOf()
      if (history) watermark.followMerge()
      const newest = new Map<string, number>()
      let expected = -Infinity
      for (const { sighting, reopen } of script) {
        const { at } = sighting
        const seenBy = history ? Object.keys(SOURCES) : [sighting.name]
        for (const name of seenBy) newest.set(name, Math.max(newest.get(name) ?? -Infinity, at))
        const reaches = Object.entries(SOURCES).map(
          ([name, disorderMs]) => (newest.get(name) ?? -Infinity) - disorderMs - 1,
        )
        const next = Math.max(expected, Math.min(...reaches))
        expect(watermark.see(sighting.name, at)).toBe(next > expected)
        expected = next
        if (reopen) watermark = reopened(watermark, history)
        expect(watermark.value).toBe(expected)
        expect(watermark.largestSeen()).toBe(Math.max(...newest.values()))
      }
    }),
  )
})

test('an event of the very instant of the newest one is not late without disorder', () => {
  const watermark = new Watermark()
  watermark.addPartition('orders|0', 0)
  watermark.see('orders|0', 10)
  expect(watermark.value).toBe(9)
})

test('a source of which nothing was seen holds back all', () => {
  const watermark = watermarkOf()
  watermark.see('orders|0', 1_000)
  watermark.see('orders|1', 1_000)
  expect(watermark.value).toBe(-Infinity)
  expect(watermark.ahead()).toEqual(['orders|0', 'orders|1'])
  watermark.see('logistics|0', 1_000)
  expect(watermark.value).toBe(899)
  expect(watermark.ahead()).toEqual(['orders|0', 'orders|1'])
})

test('sources that are not inputs change nothing', () => {
  const watermark = watermarkOf()
  expect(watermark.see('prices|0', 5)).toBe(false)
  expect(watermark.seen('prices|0')).toBe(-Infinity)
  expect(watermark.largestSeen()).toBe(-Infinity)
})

test('a pipeline further up holds back by its own watermark, in history too', () => {
  const watermark = new Watermark()
  watermark.addPartition('orders|0', 5)
  watermark.addUpstream('fraud-scores')
  watermark.followMerge()
  watermark.see('orders|0', 100)
  expect(watermark.value).toBe(-Infinity)
  expect(watermark.see('fraud-scores', 60)).toBe(true)
  expect(watermark.value).toBe(60)
  expect(watermark.ahead()).toEqual(['orders|0'])
  watermark.see('fraud-scores', 200)
  expect(watermark.value).toBe(94)
  expect(watermark.ahead()).toEqual(['fraud-scores'])
})

test('it can be passed on, and what lies behind does not bring it back', () => {
  const watermark = watermarkOf()
  expect(watermark.passTo(500)).toBe(true)
  expect(watermark.passTo(400)).toBe(false)
  for (const name of Object.keys(SOURCES)) watermark.see(name, 550)
  expect(watermark.value).toBe(500)
})

test('in history a partition that nobody announced follows the merge, and holds nothing back', () => {
  const watermark = new Watermark()
  watermark.addPartition('orders|0', 5)
  watermark.followMerge()
  watermark.see('orders|0', 100)
  watermark.see('orders|1', 200)
  expect([watermark.value, watermark.largestSeen()]).toEqual([194, 200])
})

test('where two inputs read one topic, the larger disorder counts', () => {
  const watermark = new Watermark()
  watermark.addPartition('orders|0', 5)
  watermark.addPartition('orders|0', 50)
  watermark.see('orders|0', 100)
  expect(watermark.value).toBe(49)
})
