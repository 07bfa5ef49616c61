import { expect, test } from 'vitest'
import { type Fault, faultPlan } from './fault-plan.ts'

const planOf = (seed: number, faults: number): Fault[] =>
  faultPlan({ seed, faults, sessionTimeoutMs: 6_000 }).map(({ fault }) => fault)

test('the same seed gives the same faults, and another seed others', () => {
  expect(planOf(1, 30)).toEqual(planOf(1, 30))
  expect(planOf(1, 30)).not.toEqual(planOf(2, 30))
})

test('ten faults hold each kind', () => {
  for (let seed = 0; seed < 50; seed++) {
    expect(new Set(planOf(seed, 10).map(({ kind }) => kind)).size).toBe(8)
  }
})

test('processes go from one to four first, and then to two', () => {
  for (let seed = 0; seed < 50; seed++) {
    const scales = planOf(seed, 10).filter(fault => fault.kind === 'scale')
    expect(scales.map(({ processes }) => processes)).toEqual([4, 2])
    expect(planOf(seed, 10)[0]!.kind).toBe('scale')
  }
})

test('a pause lasts longer than a session, a stall less', () => {
  for (const fault of planOf(3, 100)) {
    if (fault.kind === 'pause-process') expect(fault.awayMs).toBeGreaterThan(6_000)
    if (fault.kind === 'stall-process') expect(fault.awayMs).toBe(4_800)
  }
})

test('calm comes between faults, and not between those that overlap', () => {
  const plan = (calmMs: number) => faultPlan({ seed: 5, faults: 40, sessionTimeoutMs: 1, calmMs })
  for (const [index, { afterMs, overlaps }] of plan(7_000).entries()) {
    expect(afterMs).toBe(plan(0)[index]!.afterMs + (overlaps ? 0 : 7_000))
  }
})
