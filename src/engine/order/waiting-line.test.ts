import fc from 'fast-check'
import { expect, test } from 'vitest'
import { WaitingLine } from './waiting-line.ts'

interface Waiting {
  readonly at: number
  readonly name: number
}

const before = (a: Waiting, b: Waiting): boolean => (a.at === b.at ? a.name < b.name : a.at < b.at)

/** Moments that mostly grow, and how many leave after each came. */
const arrivals = fc.array(
  fc.record({ step: fc.integer({ min: -20, max: 30 }), leaving: fc.integer({ min: 0, max: 2 }) }),
  { maxLength: 60, size: 'max' },
)

test('what waits leaves least first, however out of order it comes', () => {
  fc.assert(
    fc.property(arrivals, comings => {
      const line = new WaitingLine(before)
      let model: Waiting[] = []
      let at = 0
      for (const [name, { step, leaving }] of comings.entries()) {
        at += step
        line.push({ at, name })
        model = [...model, { at, name }].sort((a, b) => (before(a, b) ? -1 : 1))
        for (let left = 0; left < leaving; left++) expect(line.take()).toEqual(model.shift())
        expect(line.first()).toEqual(model[0])
        expect(line.size).toBe(model.length)
        expect([...line.all()].sort((a, b) => (before(a, b) ? -1 : 1))).toEqual(model)
      }
    }),
    { numRuns: 100 },
  )
})

test('after thousands that came in order the next are still right', () => {
  const line = new WaitingLine<number>((a, b) => a < b)
  const taken: (number | undefined)[] = []
  for (let at = 0; at < 5_000; at++) {
    // Every tenth comes late, by a little.
    line.push(at % 10 === 9 ? at - 3.5 : at)
    if (at >= 100) taken.push(line.take())
  }
  expect(line.size).toBe(100)
  expect(line.all()).toHaveLength(100)
  while (line.size > 0) taken.push(line.take())
  expect(taken).toEqual(taken.toSorted((a, b) => a! - b!))
  expect(new Set(taken).size).toBe(5_000)
  expect(line.take()).toBeUndefined()
})
