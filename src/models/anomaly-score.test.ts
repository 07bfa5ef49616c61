import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  ANOMALY_ALARM,
  ANOMALY_WARM_UP,
  type AnomalyJudgement,
  anomalyStep,
} from './anomaly-score.ts'
import { ANOMALY_STATE_BYTES } from './anomaly-state.ts'

const GAP_MS = 900_000

const judgementsOf = (values: readonly number[], gapMs = GAP_MS): (AnomalyJudgement | null)[] => {
  let state: Buffer | null = null
  return values.map((value, row) => {
    const step = anomalyStep(state, value, row * gapMs)
    state = step.state
    return step.judgement
  })
}

/** A fridge: a daily wave, and noise that is the same each time. */
const fridge = (rows: number): number[] => {
  let seed = 1
  const noise = (): number => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed / 2_147_483_647 - 0.5
  }
  return Array.from(
    { length: rows },
    (_, row) => 5 + Math.sin((row / 96) * 2 * Math.PI) + 0.4 * (noise() + noise() + noise()),
  )
}

const alarmsOf = (values: readonly number[]): number[] =>
  judgementsOf(values).flatMap((judgement, row) => (judgement?.isAlarm ? [row] : []))

describe('what is unusual', () => {
  test('a usual month is told hardly ever', () => {
    expect(alarmsOf(fridge(3_000)).length).toBeLessThanOrEqual(4)
  })
  test('a jump far above all there was is told at once', () => {
    const values = fridge(1_000)
    values[900] = 25
    const judgement = judgementsOf(values)[900]!
    expect(judgement.isAlarm).toBe(true)
    expect(judgement.score).toBeGreaterThan(2 * ANOMALY_ALARM)
    expect(judgement.signals[0]!.deviations).toBeGreaterThan(10)
  })
  test('and one far below, with its sign', () => {
    const values = fridge(1_000)
    values[900] = -15
    const judgement = judgementsOf(values)[900]!
    expect(judgement.isAlarm).toBe(true)
    expect(judgement.signals[0]!.deviations).toBeLessThan(-10)
  })
  test('what is usual at noon is not at midnight, where the day has an order', () => {
    const values = Array.from({ length: 96 * 30 }, (_, row) => {
      const hour = Math.floor(row / 4) % 24
      return (hour >= 8 && hour < 18 ? 20 : 5) + fridge(1)[0]! * 0.001 * ((row * 7) % 11)
    })
    const night = 96 * 29 + 8
    values[night] = 20
    const judgement = judgementsOf(values)[night]!
    expect(judgement.signals.map(({ name }) => name)).toContain('HOUR_OF_DAY')
    expect(judgement.score).toBeGreaterThan(ANOMALY_ALARM)
  })
  test('what goes on is told once in fifty', () => {
    const values = fridge(1_000).map((value, row) => (row >= 900 && row < 940 ? value + 25 : value))
    expect(alarmsOf(values).filter(row => row >= 900 && row < 940)).toEqual([900])
  })
})

describe('what can be relied on', () => {
  const series = fc.array(fc.double({ min: -1e9, max: 1e9, noNaN: true }), {
    minLength: 60,
    maxLength: 200,
  })

  test('the first fifty values are not judged, all others are', () => {
    const judged = judgementsOf(fridge(120))
    expect(judged.findIndex(one => one !== null)).toBe(ANOMALY_WARM_UP)
    expect(judged.slice(ANOMALY_WARM_UP)).not.toContain(null)
  })
  test('whatever comes, the state is as large as ever, and scores are finite and not negative', () => {
    fc.assert(
      fc.property(series, fc.integer({ min: -1e12, max: 1e12 }), (values, gapMs) => {
        let state: Buffer | null = null
        values.forEach((value, row) => {
          const step = anomalyStep(state, value, row * gapMs)
          state = step.state
          expect(state.length).toBe(ANOMALY_STATE_BYTES)
          const score = step.judgement?.score ?? 0
          expect(Number.isFinite(score) && score >= 0).toBe(true)
        })
      }),
    )
  })
  test('what is known of one series is not changed by another, nor the state of before', () => {
    const alone = judgementsOf(fridge(300))
    let one: Buffer | null = null
    let other: Buffer | null = null
    const between = fridge(300).map((value, row) => {
      const kept = one === null ? null : Buffer.from(one)
      const step = anomalyStep(one, value, row * GAP_MS)
      if (kept !== null) expect(one!.equals(kept)).toBe(true)
      one = step.state
      other = anomalyStep(other, 1_000 * row, row * GAP_MS).state
      return step.judgement
    })
    expect(between).toEqual(alone)
  })
  test('a series in other units, to a power of two, has the same scores', () => {
    const plain = judgementsOf(fridge(400)).map(one => one?.score)
    expect(judgementsOf(fridge(400).map(value => 4 * value)).map(one => one?.score)).toEqual(plain)
  })
  test('a series that stands still is nothing, and its first other value is', () => {
    const values = Array.from({ length: 200 }, (_, row) => (row === 150 ? 6 : 5))
    expect(alarmsOf(values)).toEqual([150])
  })
  test('counts that are full are halved, and the score goes on', () => {
    let state: Buffer | null = null
    let last: AnomalyJudgement | null = null
    const values = fridge(1_000)
    for (let row = 0; row < 140_000; row++) {
      const step = anomalyStep(state, values[row % 1_000]!, row * GAP_MS)
      state = step.state
      last = step.judgement
    }
    expect(last!.score).toBeLessThan(3)
    expect(anomalyStep(state, 25, 140_000 * GAP_MS).judgement!.isAlarm).toBe(true)
  })
})
