import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  meanKineticTemperatureC,
  NO_HARM,
  type ThermalHarm,
  withThermalHarm,
} from './mean-kinetic-temperature.ts'

type Stretch = readonly [temperatureC: number, span: number]

const mktOf = (...stretches: readonly Stretch[]): number | null => {
  const harm = stretches.reduce<ThermalHarm>(
    (sum, [temperatureC, span]) => withThermalHarm(sum, temperatureC, temperatureC, span),
    NO_HARM,
  )
  return meanKineticTemperatureC(harm)
}

test('the numbers of USP <1160> with 83.144 kJ/mol', () => {
  expect(mktOf([20, 1], [30, 1])).toBeCloseTo(26.2599, 4)
  expect(mktOf([5, 69], [25, 3])).toBeCloseTo(7.7564, 4)
  expect(mktOf([5, 1], [5, 1], [5, 1], [5, 1], [15, 1])).toBeCloseTo(8.154, 4)
  expect(mktOf([25, 1], [25, 1_000])).toBeCloseTo(25, 9)
})

test('between two readings the harm is the mean of both', () => {
  expect(meanKineticTemperatureC(withThermalHarm(NO_HARM, 20, 30, 7))).toBeCloseTo(26.2599, 4)
})

test('without time there is no mean', () => {
  expect(mktOf()).toBe(null)
  expect(mktOf([20, 0])).toBe(null)
})

const stretches = fc.array(
  fc.tuple(fc.double({ min: -200, max: 200, noNaN: true }), fc.integer({ min: 1, max: 1e12 })),
  { minLength: 1, maxLength: 50 },
)

test('it is between the coldest and the warmest, and never below the mean by more than rounding', () => {
  fc.assert(
    fc.property(stretches, all => {
      const mkt = mktOf(...all)!
      const temperatures = all.map(([temperatureC]) => temperatureC)
      const spans = all.reduce((sum, [, span]) => sum + span, 0)
      const mean = all.reduce((sum, [temperatureC, span]) => sum + temperatureC * span, 0) / spans
      expect(mkt).toBeLessThanOrEqual(Math.max(...temperatures) + 1e-6)
      expect(mkt).toBeGreaterThanOrEqual(Math.min(...temperatures) - 1e-6)
      expect(mkt).toBeGreaterThanOrEqual(mean - 1e-6)
    }),
  )
})

test('adding a year of readings one by one loses no digits', () => {
  let harm = NO_HARM
  for (let reading = 0; reading < 35_040; reading++) harm = withThermalHarm(harm, 20, 30, 900_000)
  expect(meanKineticTemperatureC(harm)).toBeCloseTo(mktOf([20, 1], [30, 1])!, 9)
})
