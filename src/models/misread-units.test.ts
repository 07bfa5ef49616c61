import { describe, expect, test } from 'vitest'
import { believedUnits, misreadReason } from './misread-units.ts'

/** A mean of 5, and a standard deviation of 3.35. */
const USUAL = { shape: 4, rate: 0.8 }
const MOST = 440

describe('units are believed', () => {
  test('up to a hundred standard deviations and a hundred units above what was expected', () => {
    expect(believedUnits(MOST, USUAL)).toBe(MOST)
    expect(believedUnits(MOST + 1, USUAL)).toBe(MOST)
    expect(believedUnits(2 ** 31 - 1, USUAL)).toBe(MOST)
  })
  test('up to a hundred in any case', () => {
    const hardlyAny = { shape: 4, rate: 4e9 }
    expect(believedUnits(100, hardlyAny)).toBe(100)
    expect(believedUnits(5_000, hardlyAny)).toBeLessThan(105)
  })
  test('more of them where less is known', () => {
    expect(believedUnits(5_000, { shape: 0.4, rate: 0.08 })).toBeGreaterThan(MOST)
  })
})

test('a sentence says how many were not believed, and none where all were', () => {
  expect(misreadReason(7, 7, USUAL)).toEqual([])
  expect(misreadReason(2_147_483_647, MOST, USUAL)).toEqual([
    {
      code: 'P_UNITS_MISREAD',
      weight: 1,
      detail:
        '2147483647 units were ordered where 5 were to be expected, which is taken for a mistake: it ' +
        'counts as 440, and says nothing of how demand scatters.',
    },
  ])
})
