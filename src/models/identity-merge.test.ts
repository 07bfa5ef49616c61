import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type IdentityHistory,
  joinedHistory,
  NO_IDENTITY_HISTORY,
  withinDaysMax,
} from './identity-history.ts'
import {
  MERGED_VISITORS_MAX,
  type MergedVisitor,
  mergedHistory,
  withdrawn,
  withVisitor,
} from './identity-merge.ts'
import { cellChanges, type PersonCell, personCellOf } from './person-cells.ts'

const DAY = 86_400_000
const HALF_LIFE = 14 * DAY

interface Deed {
  readonly at: number
  readonly kind: 'VIEW' | 'CART' | 'BUY' | 'BUY_ON_DEAL'
  readonly amountMinor: number
}

/** The history of one identity, read off all that was done under it. */
const historyOf = (deeds: readonly Deed[], currency = 'EUR'): IdentityHistory => {
  const views = deeds.filter(({ kind }) => kind === 'VIEW')
  const buys = deeds.filter(({ kind }) => kind.startsWith('BUY'))
  const boughtAt = buys.map(({ at }) => at).sort((a, b) => a - b)
  const viewedAt = Math.max(0, ...views.map(({ at }) => at))
  const carts = deeds.filter(({ kind }) => kind === 'CART').map(({ at }) => at)
  const left = carts.filter(at => at > (boughtAt.at(-1) ?? -1))
  return {
    seenAt: Math.max(0, ...deeds.map(({ at }) => at)),
    engagement: {
      value: views.reduce((sum, { at }) => sum + 2 ** ((at - viewedAt) / HALF_LIFE), 0),
      at: viewedAt,
    },
    cartAt: left.length > 0 ? Math.max(...left) : null,
    currency: buys.length > 0 ? currency : null,
    purchases: buys.length,
    dealPurchases: buys.filter(({ kind }) => kind === 'BUY_ON_DEAL').length,
    netMinor: buys.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    firstAt: boughtAt[0] ?? null,
    lastAt: boughtAt.at(-1) ?? null,
    days: [...new Set(boughtAt.map(at => Math.floor(at / DAY)))],
    olderDays: 0,
  }
}

const deeds = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: 40 * DAY }),
    kind: fc.constantFrom<Deed['kind']>('VIEW', 'CART', 'BUY', 'BUY_ON_DEAL'),
    amountMinor: fc.nat(10_000),
  }),
  { maxLength: 12 },
)

const revisionsOf = (visitorId: string, all: readonly Deed[]): MergedVisitor[] => {
  const inTime = all.toSorted((a, b) => a.at - b.at)
  return all.map((_, at) => ({
    visitorId,
    revision: at + 1,
    history: historyOf(inTime.slice(0, at + 1)),
  }))
}

const mergedIn = (order: readonly MergedVisitor[]): readonly MergedVisitor[] =>
  order.reduce<readonly MergedVisitor[]>(withVisitor, [])

/** The same items, each once or more often, in an order of its own. */
const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...items], { minLength: items.length }),
      fc.shuffledSubarray([...items]),
    )
    .map(([all, again]) => [...again, ...all])

describe('a merged user', () => {
  test('is as though all had been done under one identity, whenever what was handed over came', () => {
    const visitors = fc.array(deeds, { maxLength: 4 })
    const cases = fc.tuple(deeds, visitors).chain(([own, others]) =>
      fc.record({
        own: fc.constant(own),
        others: fc.constant(others),
        order: shuffled(others.flatMap((all, at) => revisionsOf(`v${at}`, all))),
      }),
    )
    fc.assert(
      fc.property(cases, ({ own, others, order }) => {
        const merged = mergedHistory(historyOf(own), mergedIn(order), HALF_LIFE)
        const whole = historyOf([...own, ...others.flat()])
        expect({ ...merged, engagement: null }).toEqual({ ...whole, engagement: null })
        expect(merged.engagement.at).toBe(whole.engagement.at)
        expect(merged.engagement.value).toBeCloseTo(whole.engagement.value, 9)
      }),
    )
  })

  test('has the same bits in whichever order visitors came, also where there are too many', () => {
    const visitors = fc.array(fc.record({ deeds, id: fc.nat(60) }), {
      minLength: 30,
      maxLength: 60,
    })
    const cases = visitors.chain(all => {
      const revisions = all.flatMap(({ deeds: done, id }, at) => {
        const told = revisionsOf(`v${id}-${at}`, done.slice(0, 3))
        return id % 3 > 0 ? told : [...told, ...told.slice(-1).map(withdrawn)]
      })
      return fc.tuple(shuffled(revisions), shuffled(revisions))
    })
    fc.assert(
      fc.property(cases, ([one, other]) => {
        const merged = mergedIn(one)
        expect(merged).toEqual(mergedIn(other))
        expect(merged.length).toBeLessThanOrEqual(MERGED_VISITORS_MAX)
        const seen = new Map(one.map(({ visitorId }) => [visitorId, 0]))
        for (const { visitorId, history } of one) {
          seen.set(visitorId, Math.max(seen.get(visitorId)!, history.seenAt))
        }
        const kept = new Set(merged.map(({ visitorId }) => visitorId))
        const least = Math.min(...merged.map(({ history }) => history.seenAt))
        for (const [id, at] of seen) if (!kept.has(id)) expect(at).toBeLessThanOrEqual(least)
      }),
      { numRuns: 40 },
    )
  })

  test('is the user alone again where the visitor is withdrawn, also where that is told first', () => {
    const visitor = { visitorId: 'v', revision: 3, history: historyOf([buy(2)]) }
    const own = historyOf([buy(5)])
    for (const order of [
      [visitor, withdrawn(visitor)],
      [withdrawn(visitor), visitor],
    ]) {
      const merged = mergedHistory(own, mergedIn(order), HALF_LIFE)
      expect({ ...merged, engagement: null }).toEqual({ ...own, engagement: null })
    }
  })

  test('counts a day once on which a guest and the user bought', () => {
    const guest = { visitorId: 'v', revision: 1, history: historyOf([buy(3), buy(7)]) }
    const merged = mergedHistory(historyOf([buy(7.5), buy(9)]), [guest], HALF_LIFE)
    expect(merged).toMatchObject({ purchases: 4, days: [3, 7, 9], firstAt: 3 * DAY })
  })

  test('never adds amounts of two currencies: the own one counts, and visits count all the same', () => {
    const dollars = historyOf([buy(1), { ...buy(8), kind: 'CART' }], 'USD')
    const euros = historyOf([buy(4)])
    const merged = joinedHistory([NO_IDENTITY_HISTORY, euros, dollars], HALF_LIFE)
    expect(merged).toMatchObject({ currency: 'EUR', purchases: 1, netMinor: 100, days: [4] })
    expect(merged).toMatchObject({ cartAt: 8 * DAY, seenAt: 8 * DAY })
  })
})

const buy = (day: number): Deed => ({ at: day * DAY, kind: 'BUY', amountMinor: 100 })

test('of a long history the newest 64 days are kept, and the earlier ones are counted', () => {
  const long = historyOf(Array.from({ length: 70 }, (_, day) => buy(day)))
  const kept = withinDaysMax(withinDaysMax(long))
  expect([kept.days.length, kept.days[0], kept.olderDays]).toEqual([64, 6, 6])
  expect(personCellOf(kept)).toEqual(personCellOf(long))
  const next = withinDaysMax({ ...kept, days: [...kept.days, 70] })
  expect([next.days.length, next.days[0], next.olderDays]).toEqual([64, 7, 7])
  expect(withinDaysMax(historyOf([buy(1)]))).toEqual(historyOf([buy(1)]))
})

describe('the cells of a population', () => {
  const keyOf = (cell: PersonCell) => `${cell.cohortDay}/${cell.repeats}/${cell.lastDay}`

  class Histogram {
    readonly counts = new Map<string, number>()

    move(before: PersonCell | null, after: PersonCell | null): void {
      for (const { cell, by } of cellChanges(before, after)) {
        const count = (this.counts.get(keyOf(cell)) ?? 0) + by
        if (count === 0) this.counts.delete(keyOf(cell))
        else this.counts.set(keyOf(cell), count)
      }
    }
  }

  /** Purchases one by one, with each visitor merged into a user at some point; then who there is. */
  const stories = fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('BUY' as const), who: fc.nat(5), day: fc.nat(30) }),
      fc.record({ kind: fc.constant('MERGE' as const), visitor: fc.nat(3), user: fc.nat(1) }),
    ),
    { maxLength: 30 },
  )

  test('after purchases and late merges are those of the people there are', () => {
    fc.assert(
      fc.property(stories, story => {
        const histogram = new Histogram()
        // Identities 0 to 3 are visitors, 4 and 5 are users.
        const done: Deed[][] = Array.from({ length: 6 }, () => [])
        const ownerOf = new Map<number, number>()
        const cellOf = (user: number): PersonCell | null => {
          const merged = [...ownerOf].filter(([, owner]) => owner === user)
          const parts = merged.map(([visitor]) => historyOf(done[visitor]!))
          return personCellOf(joinedHistory([historyOf(done[user]!), ...parts], HALF_LIFE))
        }
        const changed = (person: number, change: () => void): void => {
          const before = cellOf(person)
          change()
          histogram.move(before, cellOf(person))
        }
        for (const step of story) {
          if (step.kind === 'BUY') {
            changed(ownerOf.get(step.who) ?? step.who, () => done[step.who]!.push(buy(step.day)))
          } else if (!ownerOf.has(step.visitor)) {
            const visitorCell = cellOf(step.visitor)
            changed(4 + step.user, () => ownerOf.set(step.visitor, 4 + step.user))
            histogram.move(visitorCell, null)
          }
        }
        const recounted = new Histogram()
        for (let person = 0; person < 6; person++) {
          if (!ownerOf.has(person)) recounted.move(null, cellOf(person))
        }
        expect(Object.fromEntries(histogram.counts)).toEqual(Object.fromEntries(recounted.counts))
      }),
    )
  })

  test('lose the visitor and move the user at a merge', () => {
    const [guest, user] = [historyOf([buy(3), buy(7)]), historyOf([buy(7), buy(9)])]
    const merged = joinedHistory([user, guest], HALF_LIFE)
    expect(cellChanges(personCellOf(guest), null)).toEqual([
      { cell: { cohortDay: 3, repeats: 1, lastDay: 7 }, by: -1 },
    ])
    expect(cellChanges(personCellOf(user), personCellOf(merged))).toEqual([
      { cell: { cohortDay: 7, repeats: 1, lastDay: 9 }, by: -1 },
      { cell: { cohortDay: 3, repeats: 2, lastDay: 9 }, by: 1 },
    ])
  })

  test('are left alone by who never bought, and by what changes no cell', () => {
    const visitor = historyOf([{ ...buy(1), kind: 'VIEW' }])
    expect(personCellOf(visitor)).toBeNull()
    expect(cellChanges(null, null)).toEqual([])
    const cell = personCellOf(historyOf([buy(2)]))
    expect(cellChanges(cell, { ...cell! })).toEqual([])
    for (const other of [{ cohortDay: 1 }, { repeats: 1 }, { lastDay: 3 }]) {
      expect(cellChanges(cell, { ...cell!, ...other })).toHaveLength(2)
    }
  })
})
