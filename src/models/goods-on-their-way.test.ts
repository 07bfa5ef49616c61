/** Shelf life, tilt, drift, doors, lateness and anomalies that begin and end: the numbers of part 5. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ANOMALY_QUIET_MS, type AnomalyEpisode, episodeAfter } from './anomaly-episode.ts'
import {
  CUSUM_BEGUN,
  CUSUM_LIMIT,
  CUSUM_SLACK,
  cusumAfter,
  ewmaAfter,
  isCusumOut,
  isEwmaOut,
} from './control-charts.ts'
import { type DailyDrift, dailyDriftAfter } from './daily-drift.ts'
import { doorDueAt, doorSeverity } from './door.ts'
import { NEVER_OUTSIDE, withStretch } from './excursion-total.ts'
import { isLikelyLate, latenessDueAt, lateReason, NOT_LATE } from './lateness.ts'
import { NO_HARM, withThermalHarm } from './mean-kinetic-temperature.ts'
import { normalCdf } from './normal-distribution.ts'
import { doseMs, shelfLifeSeverity } from './shelf-life.ts'
import { type Tilt, tiltAfter } from './tilt.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR

describe('shelf life', () => {
  const hourAt = (temperatureC: number): number =>
    doseMs(withThermalHarm(NO_HARM, temperatureC, temperatureC, HOUR)) / HOUR

  test.each([
    [4, 1],
    [10, 2.148],
    [14, 3.513],
    [20, 7.166],
  ])('an hour at %d °C is %d hours at 4 °C', (temperatureC, hours) => {
    expect(hourAt(temperatureC)).toBeCloseTo(hours, 3)
  })
  test('a fifth left is a warning, nothing left is critical', () => {
    const severities = [79, 80, 99, 100].map(usedMs => shelfLifeSeverity({ usedMs, allMs: 100 }))
    expect(severities).toEqual([null, 'WARNING', 'WARNING', 'CRITICAL'])
  })
})

describe('outside in all', () => {
  const limits = { min: 2, max: 8 }
  const stretch = (from: number, to: number) =>
    withStretch(NEVER_OUTSIDE, { at: 0, value: from }, { at: 600_000, value: to }, limits)

  test('half of a way that crosses the limit in the middle', () => {
    expect(stretch(6, 10)).toEqual({ outsideMs: 300_000, beyondMinutes: 5 })
    expect(stretch(10, 6)).toEqual(stretch(6, 10))
  })
  test('all of one that is outside, below as above, and nothing of one inside', () => {
    expect(stretch(9, 11)).toEqual({ outsideMs: 600_000, beyondMinutes: 20 })
    expect(stretch(1, 1)).toEqual({ outsideMs: 600_000, beyondMinutes: 10 })
    expect(stretch(3, 8)).toEqual(NEVER_OUTSIDE)
  })
  test('cut anywhere into two, a straight way is outside for as long and by as much', () => {
    const values = fc.double({ min: -20, max: 2, noNaN: true })
    fc.assert(
      fc.property(values, values, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (a, b, cut) => {
        const max = { min: null, max: -10 }
        const middle = { at: 1e6 * cut, value: a + (b - a) * cut }
        const [from, to] = [
          { at: 0, value: a },
          { at: 1e6, value: b },
        ]
        const whole = withStretch(NEVER_OUTSIDE, from, to, max)
        const parts = withStretch(withStretch(NEVER_OUTSIDE, from, middle, max), middle, to, max)
        expect(parts.outsideMs).toBeCloseTo(whole.outsideMs, 3)
        expect(parts.beyondMinutes).toBeCloseTo(whole.beyondMinutes, 6)
      }),
    )
  })
})

/**
 * How many values a chart takes on average until it is out: a Markov chain over its states, one side, each
 * interval by its middle (Brook & Evans 1972).
 */
const runLength = (
  states: number,
  stepOf: (from: number) => (to: number) => number,
  start: number,
) => {
  const rows = Array.from({ length: states }, (_, from) => {
    const chance = stepOf(from)
    return Array.from({ length: states }, (_, to) => (from === to ? 1 : 0) - chance(to)).concat(1)
  })
  for (let at = 0; at < states; at++) {
    const pivot = rows[at]!
    for (let row = 0; row < states; row++) {
      if (row === at) continue
      const factor = rows[row]![at]! / pivot[at]!
      for (let column = at; column <= states; column++)
        rows[row]![column]! -= factor * pivot[column]!
    }
  }
  return rows[start]![states]! / rows[start]![start]!
}

/** Of both sides together, by 1/both = 1/up + 1/down. */
const cusumRunLength = (limit: number, shift: number): number => {
  const states = 200
  const width = (2 * limit) / (2 * states - 1)
  const side = (moved: number): number =>
    runLength(
      states,
      from => to => {
        const high = normalCdf((to - from + 0.5) * width + CUSUM_SLACK - moved)
        return to === 0 ? high : high - normalCdf((to - from - 0.5) * width + CUSUM_SLACK - moved)
      },
      0,
    )
  return 1 / (1 / side(shift) + 1 / side(-shift))
}

const ewmaRunLength = (rate: number, limit: number, shift: number): number => {
  const states = 201
  const reach = limit * Math.sqrt(rate / (2 - rate))
  const width = (2 * reach) / states
  const middle = (state: number): number => -reach + (state + 0.5) * width
  return runLength(
    states,
    from => to => {
      const kept = (1 - rate) * middle(from)
      const below = (edge: number): number => normalCdf((edge - kept) / rate - shift)
      return below(middle(to) + width / 2) - below(middle(to) - width / 2)
    },
    (states - 1) / 2,
  )
}

describe('charts', () => {
  test.each([
    [4, 0, 167.7],
    [4, 1, 8.38],
    [4, 2, 3.34],
    [5, 0, 465.4],
    [5, 1, 10.38],
    [5, 2, 4.01],
  ])(
    'a CUSUM with limit %d is out after as many values at a shift of %d',
    (limit, shift, length) => {
      expect(cusumRunLength(limit, shift)).toBeCloseTo(length, length > 100 ? 0 : 2)
    },
  )
  test.each([
    [0.1, 2.814, 0, 499],
    [0.1, 2.814, 1, 10.33],
    [0.25, 2.998, 0, 500],
    [0.25, 2.998, 1, 11.14],
  ])('an EWMA with rate %d and limit %d, at a shift of %d', (rate, limit, shift, length) => {
    const found = ewmaRunLength(rate, limit, shift)
    expect(Math.abs(found / length - 1)).toBeLessThan(0.005)
  })
  test('a CUSUM that is played is out as often as the chain says', () => {
    let seed = 7
    const uniform = (): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed / 2_147_483_647
    }
    const normal = (): number =>
      Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform())
    const playedLength = (shift: number, runs: number): number => {
      let values = 0
      for (let run = 0; run < runs; run++) {
        let cusum = CUSUM_BEGUN
        while (!isCusumOut(cusum)) {
          cusum = cusumAfter(cusum, normal() + shift)
          values++
        }
      }
      return values / runs
    }
    expect(playedLength(0, 2_000) / cusumRunLength(CUSUM_LIMIT, 0)).toBeCloseTo(1, 0.7)
    expect(playedLength(1, 5_000) / 10.38).toBeCloseTo(1, 1)
  })
  test('an EWMA goes to where its values are, and is out there', () => {
    let mean = 0
    for (let value = 0; value < 100; value++) mean = ewmaAfter(mean, 1)
    expect(mean).toBeCloseTo(1, 3)
    expect(isEwmaOut(mean)).toBe(true)
    expect(isEwmaOut(0.6)).toBe(false)
  })
})

describe('drift of a sensor', () => {
  const driftedAfter = (perDay: number, days: number): number | null => {
    let drift: DailyDrift | null = null
    for (let reading = 0; reading < days * 96; reading++) {
      const day = reading / 96
      const wave = Math.sin(2 * Math.PI * day) + 0.2 * Math.sin(reading * 1.7)
      const step = dailyDriftAfter(drift, reading * 900_000, 5 + wave + perDay * day)
      drift = step.drift
      if (step.driftedBy !== null) return Math.floor(day)
    }
    return null
  }
  test('a fridge that goes up and down each day does not drift', () => {
    expect(driftedAfter(0, 400)).toBe(null)
  })
  test('one that loses a tenth of a degree a day does, though each day is like the last', () => {
    const days = driftedAfter(0.1, 60)!
    expect(days).toBeGreaterThan(7)
    expect(days).toBeLessThan(25)
    expect(driftedAfter(-0.1, 60)).not.toBe(null)
  })
})

describe('tilt', () => {
  const told = (...readings: [atMs: number, deg: number][]): boolean[] => {
    let tilt: Tilt | null = null
    return readings.map(([at, deg]) => {
      tilt = tiltAfter(tilt, at, deg)
      return tilt.isTold
    })
  }
  test('more than 30° for 10 s', () => {
    expect(told([0, 45], [9_000, 45], [10_000, 45], [20_000, 45])).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(told([0, 45], [60_000, 10], [120_000, 45])).toEqual([false, false, false])
  })
  test('it stands again five degrees below that', () => {
    expect(told([0, 45], [20_000, 45], [40_000, 27], [60_000, 24])).toEqual([
      false,
      true,
      true,
      false,
    ])
  })
  test('a bump among many readings is smoothed away', () => {
    const readings = Array.from({ length: 400 }, (_, at): [number, number] => [
      at * 100,
      at % 100 === 0 ? 90 : 5,
    ])
    expect(told(...readings)).not.toContain(true)
  })
})

test('a door is a warning after ten minutes or on the way, and critical after thirty', () => {
  const minutes = (count: number): number => count * 60_000
  expect([9, 10, 30].map(now => doorSeverity(0, minutes(now), false))).toEqual([
    null,
    'WARNING',
    'CRITICAL',
  ])
  expect(doorSeverity(0, 0, true)).toBe('WARNING')
  expect([0, 10, 30].map(now => doorDueAt(0, minutes(now)))).toEqual([
    minutes(10),
    minutes(30),
    Infinity,
  ])
})

describe('late', () => {
  test('the gravest reason is told', () => {
    const seen = { ...NOT_LATE, seenAt: 0 }
    expect(lateReason(seen, 5 * DAY, DAY)).toBe(null)
    expect(lateReason(seen, 5 * DAY, 2 * DAY)).toBe('LATE_NO_SCAN')
    expect(lateReason({ ...seen, isLikely: true }, 5 * DAY, 2 * DAY)).toBe('LATE_LIKELY')
    expect(lateReason({ ...seen, isLikely: true }, 5 * DAY, 5 * DAY + 1)).toBe('LATE_PASSED')
    expect(lateReason(NOT_LATE, null, 9 * DAY)).toBe(null)
  })
  test('time is asked for when it can change something', () => {
    const seen = { ...NOT_LATE, seenAt: 0 }
    expect(latenessDueAt(seen, 5 * DAY)).toBe(2 * DAY)
    expect(latenessDueAt({ ...seen, severity: 'WARNING' }, 5 * DAY)).toBe(5 * DAY + 1)
    expect(latenessDueAt(seen, null)).toBe(2 * DAY)
    expect(latenessDueAt({ ...seen, severity: 'CRITICAL' }, 5 * DAY)).toBe(Infinity)
  })
  test('a chance that wobbles around four in five is one warning', () => {
    let isLikely = false
    const said = [0.79, 0.8, 0.76, 0.79, 0.74, 0.79].map(chance => {
      isLikely = isLikelyLate(isLikely, chance)
      return isLikely
    })
    expect(said).toEqual([false, true, true, true, false, false])
  })
})

test('an anomaly goes on until a day was quiet', () => {
  let episode: AnomalyEpisode | null = null
  const after = (at: number, isAlarm: boolean, isUnusual = isAlarm) => {
    const step = episodeAfter(episode, at, { isAlarm, isUnusual })
    episode = step.episode
    return step.change
  }
  expect(after(0, false)).toBe(null)
  expect(after(1, true)).toBe('BEGUN')
  expect(after(2, true)).toBe(null)
  expect(after(ANOMALY_QUIET_MS, false, true)).toBe(null)
  expect(after(2 * ANOMALY_QUIET_MS - 1, false)).toBe(null)
  expect(after(2 * ANOMALY_QUIET_MS, false)).toBe('ENDED')
  expect(after(2 * ANOMALY_QUIET_MS, false)).toBe(null)
})
