import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CountedPeople, GATHERED_CELLS_MAX, gatheredCells } from './gathered-cells.ts'
import { inOneGo } from './in-pieces.ts'

interface Counted {
  readonly value: number
  readonly count: number
}

const gather = (people: readonly Counted[], widths: readonly number[]) => {
  const source: CountedPeople = {
    length: people.length,
    widths,
    countAt: at => people[at]!.count,
    keyAt: (at, width) => Math.floor(people[at]!.value / width),
    xAt: at => people[at]!.value,
    yAt: at => 2 * people[at]!.value,
  }
  return inOneGo(gatheredCells(source))
}

const peopleAny = fc.array(fc.record({ value: fc.nat(60), count: fc.nat(50) }), { maxLength: 80 })

test('cells have the count and the mean of the people in them, lowest key first', () => {
  fc.assert(
    fc.property(peopleAny, fc.integer({ min: 1, max: 20 }), (people, width) => {
      const { keys, counts, x, y } = gather(people, [width])
      const expected = Array.from({ length: 61 }, (_, key) => {
        const inIt = people.filter(({ value }) => Math.floor(value / width) === key)
        const count = inIt.reduce((sum, one) => sum + one.count, 0)
        return { key, count, sum: inIt.reduce((sum, one) => sum + one.count * one.value, 0) }
      }).filter(({ count }) => count > 0)
      expect([...keys]).toEqual(expected.map(({ key }) => key))
      expect([...counts]).toEqual(expected.map(({ count }) => count))
      expect([...x]).toEqual(expected.map(({ sum, count }) => sum / count))
      expect([...y]).toEqual(expected.map(({ sum, count }) => (2 * sum) / count))
    }),
  )
})

test('the same people give the same bits in any order, and however they are split', () => {
  const shuffled = peopleAny.chain(people =>
    fc.tuple(
      fc.constant(people),
      fc.shuffledSubarray(
        people.flatMap(({ value, count }) => [
          { value, count: Math.floor(count / 2) },
          { value, count: Math.ceil(count / 2) },
        ]),
        { minLength: 2 * people.length },
      ),
    ),
  )
  fc.assert(
    fc.property(shuffled, ([people, others]) => {
      expect(gather(others, [1, 7])).toEqual(gather(people, [1, 7]))
    }),
  )
})

test('cells are as narrow as their number allows, and the widest are taken in any case', () => {
  const spread = Array.from({ length: 3 * GATHERED_CELLS_MAX }, (_, value) => ({ value, count: 1 }))
  const keysOf = (widths: readonly number[]) => gather(spread, widths).keys.length
  expect(keysOf([1, 2, 3, 4])).toBe(GATHERED_CELLS_MAX)
  expect(keysOf([1, 2])).toBe((3 * GATHERED_CELLS_MAX) / 2)
  expect(keysOf([1])).toBe(3 * GATHERED_CELLS_MAX)
})

test('work takes a break now and then', () => {
  const many = Array.from({ length: 100_000 }, (_, value) => ({ value, count: 1 }))
  const work = gatheredCells({
    length: many.length,
    widths: [1],
    countAt: () => 1,
    keyAt: at => at,
    xAt: at => at,
    yAt: at => at,
  })
  expect([...work].length).toBeGreaterThan(20)
})
