import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type IdentityHistory,
  identityHistoryOf,
  isSameHistory,
  joinedHistory,
  NO_IDENTITY_HISTORY,
  purchaseHistoryIn,
} from './identity-history.ts'
import {
  MERGED_VISITORS_MAX,
  type Merged,
  type MergedVisitor,
  withVisitor,
} from './identity-merge.ts'
import { cancelled, NO_HISTORY, placed, historyOf as purchasesOf } from './purchase-history.ts'

/**
 * A person as the population counts people: by the day of the first purchase, the days with another
 * one, and the day of the last. It is all that the purchase model asks of anybody, so the counts of
 * such cells are what its parameters are fitted to.
 */
interface PersonCell {
  /** Days (UTC) since 1970. */
  readonly cohortDay: number
  readonly repeats: number
  readonly lastDay: number
}

/** People who leave cells and join others. Sums of changes mean the same in whichever order. */
interface CellChange {
  readonly cell: PersonCell
  readonly by: 1 | -1
}

const DAY_MS = 86_400_000

/** The cell of a person; null for somebody who never bought, who is in none. */
const personCellOf = ({
  firstAt,
  lastAt,
  days,
  olderDays,
}: Pick<IdentityHistory, 'firstAt' | 'lastAt' | 'days' | 'olderDays'>): PersonCell | null => {
  if (firstAt === null || lastAt === null) return null
  return {
    cohortDay: Math.floor(firstAt / DAY_MS),
    repeats: Math.max(0, days.length + olderDays - 1),
    lastDay: Math.floor(lastAt / DAY_MS),
  }
}

/**
 * What changes where one person was counted as `before` and is now counted as `after`. A purchase, a
 * refund and a merge are of this form; null is no person. So a visitor who is merged leaves, and the
 * user moves from the cell of before the merge to the one after it: two people have become one. An
 * erased person only leaves.
 */
const cellChanges = (
  before: PersonCell | null,
  after: PersonCell | null,
): readonly CellChange[] => {
  if (before !== null && after !== null && isSameCell(before, after)) return []
  const changes: CellChange[] = []
  if (before !== null) changes.push({ cell: before, by: -1 })
  if (after !== null) changes.push({ cell: after, by: 1 })
  return changes
}

const isSameCell = (x: PersonCell, y: PersonCell): boolean =>
  x.cohortDay === y.cohortDay && x.repeats === y.repeats && x.lastDay === y.lastDay

const DAY = 86_400_000

interface Deed {
  readonly at: number
  readonly isOnDeal: boolean
  readonly amountMinor: number
}

/** The history of one identity, read off all that was bought under it. */
const historyOf = (deeds: readonly Deed[], currency = 'EUR'): IdentityHistory => {
  if (deeds.length === 0) return NO_IDENTITY_HISTORY
  const boughtAt = deeds.map(({ at }) => at)
  return {
    market: 'DE',
    currency,
    purchases: deeds.length,
    dealPurchases: deeds.filter(({ isOnDeal }) => isOnDeal).length,
    netMinor: deeds.reduce((sum, { amountMinor }) => sum + amountMinor, 0),
    firstAt: Math.min(...boughtAt),
    lastAt: Math.max(...boughtAt),
    days: [...new Set(boughtAt.map(at => Math.floor(at / DAY)))].sort((a, b) => a - b),
    olderDays: 0,
  }
}

const deeds = fc.array(
  fc.record({
    at: fc.integer({ min: 1, max: 40 * DAY }),
    isOnDeal: fc.boolean(),
    amountMinor: fc.nat(10_000),
  }),
  { maxLength: 12 },
)

const buy = (day: number): Deed => ({ at: day * DAY, isOnDeal: false, amountMinor: 100 })

const revisionsOf = (visitorId: string, all: readonly Deed[]): MergedVisitor[] => {
  const inTime = all.toSorted((a, b) => a.at - b.at)
  return inTime.map(({ at }, index) => ({
    ...historyOf(inTime.slice(0, index + 1)),
    visitorId,
    since: inTime[0]!.at,
    mergedAt: at,
    revision: index + 1,
  }))
}

const mergedFrom = (order: readonly MergedVisitor[]): Merged =>
  order.reduce<Merged>(withVisitor, { visitors: [], settled: [] })
const mergedIn = (order: readonly MergedVisitor[]) => mergedFrom(order).visitors

/** The same items, each once or more often, in an order of its own. */
const shuffled = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...items], { minLength: items.length }),
      fc.shuffledSubarray([...items]),
    )
    .map(([all, again]) => [...again, ...all])

describe('a merged user', () => {
  test('is as though all had been bought under one identity, whenever what was handed over came', () => {
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
        const merged = joinedHistory([historyOf(own), ...mergedIn(order)])
        expect(merged).toEqual(historyOf([...own, ...others.flat()]))
      }),
    )
  })

  test('has the same visitors in whichever order they came, and however often', () => {
    const visitors = fc.array(deeds, { minLength: 10, maxLength: MERGED_VISITORS_MAX })
    const cases = visitors.chain(all => {
      const revisions = all.flatMap((done, at) => revisionsOf(`v${at}`, done.slice(0, 3)))
      return fc.tuple(shuffled(revisions), shuffled(revisions))
    })
    fc.assert(
      fc.property(cases, ([one, other]) => {
        expect(mergedFrom(one)).toEqual(mergedFrom(other))
      }),
      { numRuns: 40 },
    )
  })

  test('has what all visitors brought, of whom those of the last logins can still change', () => {
    const visitors = fc.array(fc.nat(100_000), { minLength: 33, maxLength: 100 })
    fc.assert(
      fc.property(visitors, amounts => {
        // Each buys on a day of its own, and logs in on that day.
        const bought = amounts.map((amountMinor, at): Deed => ({ ...buy(at + 1), amountMinor }))
        const all = bought.map((deed, at) => revisionsOf(`v${at}`, [deed])[0]!)
        // What becomes of a settled one, or the same once more, is not counted again.
        const undone = { ...all[0]!, ...NO_IDENTITY_HISTORY, revision: 2 }
        const merged = mergedFrom([...all, undone, ...all])
        expect(merged.visitors.map(({ mergedAt }) => mergedAt).sort((a, b) => a - b)).toEqual(
          all.slice(-MERGED_VISITORS_MAX).map(({ mergedAt }) => mergedAt),
        )
        const histories = [...merged.visitors, ...merged.settled]
        expect(purchaseHistoryIn(joinedHistory(histories))).toEqual(
          purchaseHistoryIn(historyOf(bought)),
        )
      }),
      { numRuns: 40 },
    )
  })

  test('keeps one who is there again, though others came since', () => {
    const [home] = revisionsOf('home', [buy(1)])
    const others = Array.from({ length: 40 }, (_, at) => revisionsOf(`v${at}`, [buy(at + 2)])[0]!)
    const again = others.flatMap(other => [{ ...home!, mergedAt: other.mergedAt + 1 }, other])
    expect(mergedIn([home!, ...again]).some(({ visitorId }) => visitorId === 'home')).toBe(true)
  })

  test('keeps apart what was brought in several currencies, also when it is settled', () => {
    const dollars = { ...revisionsOf('d', [buy(1)])[0]!, currency: 'USD' }
    const euros = Array.from({ length: 33 }, (_, at) => revisionsOf(`e${at}`, [buy(at + 2)])[0]!)
    const { settled } = mergedFrom([dollars, ...euros])
    expect(settled.map(({ currency, netMinor }) => `${netMinor}${currency}`)).toEqual([
      '100USD',
      '100EUR',
    ])
  })

  test('keeps no visitor who brought nothing, but one who brought something that is undone', () => {
    const nothing = {
      ...NO_IDENTITY_HISTORY,
      visitorId: 'v',
      since: 5,
      mergedAt: 5,
      revision: 1,
    }
    const visitor = { ...nothing, ...historyOf([buy(2)]) }
    expect(mergedIn([nothing])).toEqual([])
    const undone = { ...nothing, revision: 2 }
    expect(mergedIn([visitor, undone])).toEqual([undone])
    expect(mergedIn([undone, visitor])).toEqual([undone])
  })

  test('keeps several turns of one visitor beside each other', () => {
    const [first] = revisionsOf('v', [buy(2)])
    const [second] = revisionsOf('v', [buy(9)])
    expect(mergedIn([second!, first!])).toEqual([first, second])
  })

  test('never adds amounts of two currencies: the first history that has one counts', () => {
    const [dollars, euros] = [historyOf([buy(1)], 'USD'), historyOf([buy(4)])]
    const merged = joinedHistory([NO_IDENTITY_HISTORY, euros, dollars])
    expect(merged).toEqual(euros)
  })
})

describe('what one identity bought', () => {
  const orders = fc.array(fc.record({ at: fc.nat(20 * DAY), isUndone: fc.boolean() }))
  const of = (all: readonly { readonly at: number; readonly isUndone: boolean }[]) =>
    all.map(({ at, isUndone }) =>
      isUndone ? cancelled(placed(at, 100, false)) : placed(at, 100, false),
    )

  test('comes to the same as its purchases do, however many are settled already', () => {
    fc.assert(
      fc.property(orders, fc.nat(10), (all, settledMax) => {
        const inTime = all.toSorted((a, b) => a.at - b.at)
        const settled = purchasesOf(NO_HISTORY, of(inTime.slice(0, settledMax)))
        const remembered = of(inTime.slice(settledMax))
        const history = identityHistoryOf({ market: null, currency: 'EUR' }, settled, remembered)
        expect(purchaseHistoryIn(history)).toEqual(purchasesOf(settled, remembered))
      }),
    )
  })

  test('is another where any part of it is', () => {
    const one = historyOf([buy(3), buy(5)])
    expect(isSameHistory(one, { ...one, days: [3, 5] })).toBe(true)
    const others: Partial<IdentityHistory>[] = [
      { market: null },
      { currency: 'USD' },
      { purchases: 3 },
      { dealPurchases: 1 },
      { netMinor: 1 },
      { firstAt: 1 },
      { lastAt: 1 },
      { olderDays: 1 },
      { days: [3] },
      { days: [3, 6] },
    ]
    for (const other of others) expect(isSameHistory(one, { ...one, ...other })).toBe(false)
  })
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
          return personCellOf(joinedHistory([historyOf(done[user]!), ...parts]))
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
    const merged = joinedHistory([user, guest])
    expect(cellChanges(personCellOf(guest), null)).toEqual([
      { cell: { cohortDay: 3, repeats: 1, lastDay: 7 }, by: -1 },
    ])
    expect(cellChanges(personCellOf(user), personCellOf(merged))).toEqual([
      { cell: { cohortDay: 7, repeats: 1, lastDay: 9 }, by: -1 },
      { cell: { cohortDay: 3, repeats: 2, lastDay: 9 }, by: 1 },
    ])
  })

  test('are left alone by who never bought, and by what changes no cell', () => {
    expect(personCellOf(NO_IDENTITY_HISTORY)).toBeNull()
    expect(cellChanges(null, null)).toEqual([])
    const cell = personCellOf(historyOf([buy(2)]))
    expect(cellChanges(cell, { ...cell! })).toEqual([])
    for (const other of [{ cohortDay: 1 }, { repeats: 1 }, { lastDay: 3 }]) {
      expect(cellChanges(cell, { ...cell!, ...other })).toHaveLength(2)
    }
  })
})
