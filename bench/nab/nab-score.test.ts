/** The benchmark's score by hand: a file of 20 rows, of which 3 are probation, with a window of 5. */
import { describe, expect, test } from 'vitest'
import {
  bestThreshold,
  NAB_PROFILES,
  normalised,
  pointsOf,
  probationRows,
  rawScore,
  scaledSigmoid,
} from './nab-score.ts'

const timestamps = Array.from({ length: 20 }, (_, row) => `t${row}`)
const windows = [['t8', 't12']] as const
const { standard } = NAB_PROFILES

const withAlarms = (...rows: number[]): number => {
  const scores = timestamps.map((_, row) => (rows.includes(row) ? 1 : 0))
  return rawScore(pointsOf([{ timestamps, windows, scores }], standard), standard, 1)
}
/** 2 / (1 + e^5y) - 1. */
const S = { '-1': 0.986614, '-0.6': 0.905148, '0.25': -0.5546, '1': -0.986614 } as const

test('the sigmoid is 0 at the right edge, and nothing is worse than a row of before', () => {
  expect(scaledSigmoid(-1)).toBeCloseTo(S['-1'], 6)
  expect(scaledSigmoid(0)).toBe(0)
  expect(scaledSigmoid(1)).toBeCloseTo(S['1'], 6)
  expect(scaledSigmoid(3.01)).toBe(-1)
})

test('the first 15 % are probation, and 750 rows at most', () => {
  expect([20, 4_032, 100_000].map(probationRows)).toEqual([3, 604, 750])
})

describe('what an alarm is worth', () => {
  test.each([
    ['none: the window is missed', [], -1],
    ['at the first row of the window all', [8], 1],
    ['at the third, less: three fifths of it are left', [10], S['-0.6'] / S['-1']],
    ['the best one of a window counts', [8, 9, 10, 12], 1],
    ['in the probation nothing', [0, 1, 2], -1],
    ['before any window a whole false alarm', [5], -1 - 0.11],
    ['a row behind the window a part of one', [13], -1 + 0.11 * S['0.25']],
    ['a window behind it nearly all', [16], -1 + 0.11 * S['1']],
    ['each false alarm by itself', [5, 6, 8], 1 - 0.22],
  ])('%s', (_, rows, worth) => {
    expect(withAlarms(...rows)).toBeCloseTo(worth, 5)
  })
})

test('a window that begins in the probation is missed by an alarm there', () => {
  const scores = timestamps.map((_, row) => (row === 2 ? 1 : 0))
  const points = pointsOf([{ timestamps, windows: [['t1', 't5']], scores }], standard)
  expect(rawScore(points, standard, 1)).toBe(-1)
  expect(rawScore(points, standard, 0)).toBeGreaterThan(-1.6)
})

test('the best threshold is one for all files, and may be to tell nothing', () => {
  const quiet = { timestamps, windows: [], scores: timestamps.map(() => 0.3) }
  const loud = { timestamps, windows, scores: timestamps.map((_, row) => (row === 8 ? 0.9 : 0.1)) }
  const points = pointsOf([quiet, loud], standard)
  expect(bestThreshold(points, standard)).toEqual({ threshold: 0.9, raw: 1 })
  const wrong = pointsOf(
    [{ timestamps, windows, scores: timestamps.map((_, row) => (row < 8 ? 0.9 : 0)) }],
    { ...standard, falseAlarm: 5 },
  )
  expect(bestThreshold(wrong, standard)).toEqual({ threshold: Infinity, raw: -1 })
})

test('the windows of two files are two', () => {
  const file = { timestamps, windows, scores: timestamps.map(() => 0) }
  const points = pointsOf(
    [file, { ...file, scores: timestamps.map((_, row) => +(row === 8)) }],
    standard,
  )
  expect(rawScore(points, standard, 1)).toBe(0)
})

test('telling nothing is 0 and all at once 100, with dear misses as well', () => {
  for (const profile of Object.values(NAB_PROFILES)) {
    expect(normalised(-profile.miss * 116, 116, profile)).toBe(0)
    expect(normalised(116, 116, profile)).toBe(100)
  }
})

test('a label that is no row is refused', () => {
  const file = { timestamps, windows: [['t8', 't99']] as const, scores: timestamps.map(() => 0) }
  expect(() => pointsOf([file], standard)).toThrow('begins or ends at no row')
})
