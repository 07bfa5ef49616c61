import fc from 'fast-check'
import { expect, test } from 'vitest'
import { distanceKm, travelOf } from './travel.ts'

const beijing = { latitude: 39.9042, longitude: 116.4074 }
const shanghai = { latitude: 31.2304, longitude: 121.4737 }

test('Beijing and Shanghai are 1,067.3 km apart', () => {
  expect(distanceKm(beijing, shanghai)).toBeCloseTo(1_067.3, 1)
})

test('half the earth apart is the farthest, across the date line is near', () => {
  const pole = { latitude: 90, longitude: 0 }
  expect(distanceKm(pole, { latitude: -90, longitude: 77 })).toBeCloseTo(Math.PI * 6_371, 6)
  const east = { latitude: 0, longitude: 179.9 }
  expect(distanceKm(east, { latitude: 0, longitude: -179.9 })).toBeCloseTo(22.24, 2)
})

test('the speed is the one needed, whichever sighting came first', () => {
  const from = { ...beijing, at: 0 }
  const to = { ...shanghai, at: 3_600_000 }
  expect(travelOf(from, to).speedKph).toBeCloseTo(1_067.3, 1)
  expect(travelOf(to, from).speedKph).toBeCloseTo(1_067.3, 1)
})

test('two places at the same moment need a finite speed', () => {
  const speed = travelOf({ ...beijing, at: 5 }, { ...shanghai, at: 5 }).speedKph
  expect(speed).toBeCloseTo(1_067.31 * 60, -1)
})

const places = fc.record({
  latitude: fc.double({ min: -90, max: 90, noNaN: true }),
  longitude: fc.double({ min: -180, max: 180, noNaN: true }),
})

test('a distance is the same both ways, and never beyond half the earth', () => {
  fc.assert(
    fc.property(places, places, (a, b) => {
      expect(distanceKm(a, b)).toBeCloseTo(distanceKm(b, a), 6)
      expect(distanceKm(a, a)).toBe(0)
      expect(distanceKm(a, b)).toBeLessThanOrEqual(Math.PI * 6_371)
    }),
  )
})
