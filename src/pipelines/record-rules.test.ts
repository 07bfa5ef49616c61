/** Whether a record is taken is a matter of the record, not of who reads it. */
import { expect, test } from 'vitest'
import { orders, fraudScores as scores } from '../events.ts'
import { harness } from '../testing/harness.ts'
import { order } from '../testing/sample-pipelines.ts'
import { fraudScores } from './fraud-scores.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

const line = (unitPriceMinor: number) => ({ sku: 's', quantity: 1, unitPriceMinor })

test.each([
  ['a negative discount', { discountMinor: -5 }],
  ['a country that is a name', { country: 'Germany' }],
  ['a line with a negative price', { lines: [line(-1)] }],
  ['an empty user', { userId: '' }],
])('%s is refused, whichever pipelines run', (_what, wrong) => {
  for (const pipelines of [[fraudScores], [fraudScores, lifecycleSegments]]) {
    const mill = harness(pipelines)
    mill.send(orders, { ...order('a', 0, 'ann'), ...wrong })
    expect(mill.dead.map(({ errorCode }) => errorCode)).toEqual(['OUT_OF_RANGE'])
    expect(mill.resultsOf(scores)).toEqual([])
  }
})

test('an empty id is told to be left out', () => {
  const mill = harness([fraudScores])
  mill.send(orders, order('a', 0, ''))
  expect(mill.dead[0]?.error).toContain('not empty: left out, or null, where it is not known')
})
