import { expect, test } from 'vitest'
import { type FraudSpell, spellWith, spellWithout } from './fraud-spell.ts'

const DAY = 86_400_000
const after = (...days: readonly number[]) =>
  days.reduce<FraudSpell | null>((spell, day) => spellWith(spell, day * DAY), null)!
const inDays = ({ firstAt, lastAt }: FraudSpell) => [firstAt / DAY, lastAt / DAY]

test.each([
  { placed: [100], run: [100, 100] },
  { placed: [100, 103, 117], run: [100, 117] },
  { placed: [100, 115], run: [115, 115] },
  { placed: [103, 100], run: [100, 103] },
  { placed: [103, 80], run: [103, 103] },
  { placed: [103, 100, 101], run: [100, 103] },
])('frauds of days $placed are a run of $run', ({ placed, run }) => {
  expect(inDays(after(...placed))).toEqual(run)
})

test('a fraud that is taken back ends a run of which it was all', () => {
  expect(spellWithout(after(100), 100 * DAY)).toBeNull()
  expect(spellWithout(after(100), 101 * DAY)).toEqual(after(100))
  expect(spellWithout(after(100, 101), 101 * DAY)).toEqual(after(100, 101))
  expect(spellWithout(null, 0)).toBeNull()
})
