import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Turn, turnIndexAt, withLogin } from './visitor-turns.ts'

interface Login {
  readonly userId: string
  readonly at: number
}

const after = (turns: readonly Turn[], login: Login): readonly Turn[] =>
  withLogin(turns, login, () => ({ userId: login.userId, since: login.at, until: login.at }))
const turnsOf = (logins: readonly Login[]) => logins.reduce<readonly Turn[]>(after, [])
const ownerAt = (turns: readonly Turn[], at: number) => turns[turnIndexAt(turns, at)]?.userId

/** At different times, so that no two people log in at once. */
const loginsIn = (users: fc.Arbitrary<string>) =>
  fc
    .uniqueArray(fc.record({ userId: users, at: fc.nat(100) }), { selector: ({ at }) => at })
    .map(logins => logins.toSorted((a, b) => a.at - b.at))
const people = fc.constantFrom('anna', 'ben', 'cleo')

test('what a guest did belongs to whom the next login names', () => {
  fc.assert(
    fc.property(loginsIn(people), fc.nat(110), (logins, at) => {
      const next = logins.find(login => login.at >= at)
      expect(ownerAt(turnsOf(logins), at)).toBe(next?.userId)
    }),
  )
})

test('turns of one person are one, and known by the login that began it', () => {
  fc.assert(
    fc.property(loginsIn(people), logins => {
      const turns = turnsOf(logins)
      const begins = logins.filter(({ userId }, index) => logins[index - 1]?.userId !== userId)
      expect(turns.map(({ userId, since }) => ({ userId, at: since }))).toEqual(begins)
    }),
  )
})

test('logins of one person may come in any order', () => {
  const logins = loginsIn(fc.constant('anna')).chain(all =>
    fc.tuple(
      fc.constant(all),
      fc.shuffledSubarray(all, { minLength: all.length }),
      fc.integer({ min: 0, max: 110 }),
    ),
  )
  fc.assert(
    fc.property(logins, ([inOrder, disorder, at]) => {
      expect(ownerAt(turnsOf(disorder), at)).toBe(ownerAt(turnsOf(inOrder), at))
    }),
  )
})

test("somebody else's login that comes late takes what was done before it", () => {
  const turns = turnsOf([
    { userId: 'ben', at: 20 },
    { userId: 'anna', at: 10 },
  ])
  expect([ownerAt(turns, 10), ownerAt(turns, 11), ownerAt(turns, 21)]).toEqual([
    'anna',
    'ben',
    undefined,
  ])
})
