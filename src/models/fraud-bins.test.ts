import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ALL_BINS, BASE_BIN, binsOf, kindOf } from './fraud-bins.ts'
import { type FraudFeature, type FraudFeatures, NO_FEATURES } from './fraud-score.ts'

const binsWith = (known: Partial<FraudFeatures>): string[] => binsOf({ ...NO_FEATURES, ...known })

test('what is not known has no bin', () => {
  expect(binsOf(NO_FEATURES)).toEqual([BASE_BIN])
})

test('a bin reaches from its edge up to the next', () => {
  expect(binsWith({ attempts10m: 5 })).toContain('attempts10m:5')
  expect(binsWith({ attempts10m: 7 })).toContain('attempts10m:6')
  expect(binsWith({ attempts10m: 900 })).toContain('attempts10m:20')
  expect(binsWith({ amountMinor: 22_000 })).toContain('amountMinor:22000')
  expect(binsWith({ amountMinor: 21_999 })).toContain('amountMinor:18000')
})

test('the usual case has none: no attempts, one customer on a device, a device that is known', () => {
  expect(binsWith({ attempts10m: 0, deviceUsers24h: 1, newDevice: 0, devicesKnown: 3 })).toEqual([
    BASE_BIN,
  ])
})

test('that nothing but orders without fraud is known of a place is a bin, unlike that nothing is', () => {
  expect(binsWith({ merchantRisk: 0.0001 })).toContain('merchantRisk:0')
})

test('a pair has a bin where both features are from their first edges up', () => {
  const large = binsWith({ amountZ: 6.5, amountRatio: 3 })
  expect(large).toContain('amountZ*amountRatio:6,3')
  expect(binsWith({ amountZ: 6.5, amountRatio: 2.9 }).join()).not.toContain('amountZ*amountRatio')
  expect(binsWith({ amountZ: 6.5 }).join()).not.toContain('*')
})

test('somebody without a known device is not on a new one', () => {
  expect(binsWith({ newDevice: 1, devicesKnown: 0 })).toEqual([BASE_BIN])
  expect(binsWith({ newDevice: 1, devicesKnown: 5 })).toContain('newDevice*devicesKnown:1,4')
})

const names = Object.keys(NO_FEATURES) as FraudFeature[]
const known = fc.option(fc.double({ min: -20, max: 1e7, noNaN: true }))
const features = fc
  .tuple(...names.map(() => known))
  .map(all => Object.fromEntries(names.map((name, at) => [name, all[at]])))
  .map(all => all as unknown as FraudFeatures)

test('bins are those of the list, at most one of each kind', () => {
  const all = new Set(ALL_BINS.map(({ name }) => name))
  expect(all.size).toBe(ALL_BINS.length)
  expect(all.size).toBeLessThan(500)
  fc.assert(
    fc.property(features, some => {
      const bins = binsOf(some)
      for (const bin of bins) expect(all).toContain(bin)
      expect(new Set(bins.map(kindOf)).size).toBe(bins.length)
      expect(bins.length).toBeLessThanOrEqual(50)
    }),
  )
})

test('of a bin that is no longer there, the kind is still known', () => {
  expect(kindOf('hourOfDay:7')).toBe('hourOfDay')
  expect(kindOf('something')).toBe('something')
})
