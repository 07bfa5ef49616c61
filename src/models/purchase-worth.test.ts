import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Rhythm } from './lifecycle-activity.ts'
import { MBG_NBD_SEED, type PurchaseParameters } from './mbg-nbd.ts'
import { worthAt, worthFallsBelowAt } from './purchase-worth.ts'
import { bucketOf, LOWEST_BUCKET } from './quantile-sketch.ts'

const DAY = 86_400_000
const rhythmOf = (repeats: number, span: number, parameters = MBG_NBD_SEED): Rhythm => ({
  days: repeats + 1,
  firstAt: 0,
  lastAt: repeats === 0 ? 0 : Math.max(repeats, span) * DAY,
  parameters,
})
const rhythms = fc
  .tuple(fc.oneof(fc.nat(3), fc.nat(100)), fc.nat(700))
  .map(([repeats, span]) => rhythmOf(repeats, span))

test('the worth is in the bucket until the moment that is named, and below it then', () => {
  fc.assert(
    fc.property(
      rhythms,
      fc.nat(400 * DAY),
      fc.nat({ max: 1_000_000 }).map(value => value + 1),
      fc.nat(60),
      (rhythm, later, orderValueMinor, down) => {
        const now = rhythm.lastAt + later
        const bucketAt = (at: number) => bucketOf(worthAt(rhythm, orderValueMinor, at))
        const bucket = bucketAt(now) - down
        const fallsAt = worthFallsBelowAt(rhythm, orderValueMinor, bucket, now)
        if (fallsAt === Number.POSITIVE_INFINITY) return
        expect(fallsAt).toBeGreaterThan(now)
        expect(bucketAt(fallsAt)).toBeLessThan(bucket)
        expect(bucketAt(Math.max(now, fallsAt - SECOND))).toBeGreaterThanOrEqual(bucket)
      },
    ),
  )
})
/** The trifle that the worth has to be below the edge. */
const SECOND = 1_000

test('a worth that never falls so far is not waited for', () => {
  expect(worthFallsBelowAt(rhythmOf(1, 9), 0, LOWEST_BUCKET, 10 * DAY)).toBe(Infinity)
})

test('the moment is found in few looks ahead, as of any value that falls smoothly', () => {
  let looks = 0
  const counted: PurchaseParameters = {
    ...MBG_NBD_SEED,
    get alpha() {
      looks++
      return MBG_NBD_SEED.alpha
    },
  }
  const looksOf = (look: () => unknown): number => {
    looks = 0
    look()
    return looks
  }
  const now = 60 * DAY
  const rhythm = rhythmOf(3, 50, counted)
  const bucket = bucketOf(worthAt(rhythm, 5_000, now)) - 20
  const ofOne = looksOf(() => worthAt(rhythm, 5_000, now))
  expect(looksOf(() => worthFallsBelowAt(rhythm, 5_000, bucket, now))).toBeLessThan(20 * ofOne)
})
