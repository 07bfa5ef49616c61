/** What lifecycle-segments says of one person, beside what follows from all that person's events. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { days } from '../engine/time.ts'
import { lifecycleSegments as segments } from '../events.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import type { Send } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { identityMerges } from './identity-merges.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

const VISITORS = ['v', 'w'] as const

interface Ordered {
  readonly orderId: string
  readonly by: 'anna' | (typeof VISITORS)[number]
  readonly placedAt: number
  /** Of 10.00. */
  readonly refundedMinor: 0 | 400 | 1_000
  readonly isCancelled: boolean
}

const orders = fc
  .uniqueArray(
    fc.record({
      by: fc.constantFrom<Ordered['by']>('anna', ...VISITORS),
      placedAt: fc.integer({ min: 1, max: days(20) }),
      refundedMinor: fc.constantFrom<Ordered['refundedMinor']>(0, 0, 400, 1_000),
      isCancelled: fc.constantFrom(false, false, true),
    }),
    { maxLength: 12, selector: ({ placedAt }) => placedAt },
  )
  .map(all => all.map((one, index): Ordered => ({ ...one, orderId: `o${index}` })))

/** Placed, refunded and cancelled, in this order. */
const eventsOf = ({ orderId, by, placedAt, ...later }: Ordered): Send[] => {
  const who = by === 'anna' ? by : `visitor:${by}`
  const refund = `${later.refundedMinor / 100}GBP`
  return [
    shopRows.order(placedAt, who, orderId, '10GBP'),
    ...(later.refundedMinor > 0 ? [shopRows.refund(placedAt + 1, who, orderId, refund)] : []),
    ...(later.isCancelled ? [shopRows.cancel(placedAt + 2, who, orderId, '10GBP')] : []),
  ]
}

const logins = fc.array(
  fc.record({ visitor: fc.constantFrom(...VISITORS), at: fc.integer({ min: 1, max: days(20) }) }),
  { maxLength: 4 },
)

/** Each with its place among all, so that events of one order stay behind each other. */
const shuffled = (rows: readonly (readonly Send[])[]): fc.Arbitrary<Send[]> =>
  fc.infiniteStream(fc.nat(1_000_000)).map(places =>
    rows
      .flatMap(row => {
        const at = row.map(() => places.next().value ?? 0).sort((a, b) => a - b)
        return row.map((step, index) => ({ step, at: at[index]! }))
      })
      .sort((a, b) => a.at - b.at)
      .map(({ step }) => step),
  )

const LAST_AT = days(30)
/** All that was done as any visitor is anna's by then. */
const lastLogins = VISITORS.map((visitor, index) =>
  shopRows.login(LAST_AT + index, 'anna', `browser:${visitor}`),
)

const stories = fc.tuple(orders, logins).chain(([ordered, loggedIn]) => {
  const rows = [
    ...ordered.map(eventsOf),
    ...loggedIn.map(({ visitor, at }) => [shopRows.login(at, 'anna', `browser:${visitor}`)]),
  ]
  return fc.record({ ordered: fc.constant(ordered), steps: shuffled(rows) })
})

const played = (steps: readonly Send[]): Harness => {
  const mill = new Harness([identityMerges, lifecycleSegments], { mode: 'history', partitions: 2 })
  for (const step of [...steps, ...lastLogins]) playStep(mill, step)
  mill.finish(false)
  return mill
}

const lastOf = (mill: Harness, id: string) =>
  mill.resultsOf(segments).findLast(({ subjectId }) => subjectId === id)

test('a user is what all orders of the person make, in whichever order they and the logins came', () => {
  fc.assert(
    fc.property(stories, ({ ordered, steps }) => {
      const mill = played(steps)
      const standing = ordered.filter(one => !one.isCancelled && one.refundedMinor < 1_000)
      const boughtAt = standing.map(({ placedAt }) => placedAt)
      const counted = ordered.filter(({ isCancelled }) => !isCancelled)
      const dates = new Set(boughtAt.map(at => Math.floor(at / days(1))))
      expect(lastOf(mill, 'anna')).toMatchObject({
        purchases: standing.length,
        frequency: Math.max(0, dates.size - 1),
        firstPurchaseAt: boughtAt.length === 0 ? null : Math.min(...boughtAt),
        lastPurchaseAt: boughtAt.length === 0 ? null : Math.max(...boughtAt),
        monetaryMinor:
          ordered.length === 0
            ? null
            : counted.reduce((sum, { refundedMinor }) => sum + 1_000 - refundedMinor, 0),
      })
      for (const visitor of VISITORS) {
        expect(lastOf(mill, visitor)?.closedAs ?? 'MERGED').toBe('MERGED')
      }
    }),
    { numRuns: 60 },
  )
})
