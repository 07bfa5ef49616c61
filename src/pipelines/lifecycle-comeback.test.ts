/** Returns after a dormant time: what makes one, and what ends it. */
import { expect, test } from 'vitest'
import { days } from '../engine/time.ts'
import { modelParameters, lifecycleSegments as segments } from '../events.ts'
import { MBG_NBD_SEED } from '../models/mbg-nbd.ts'
import { Harness } from '../testing/harness.ts'
import { playStep } from '../testing/play-step.ts'
import { type Send, send } from '../testing/script.ts'
import { shopRows } from '../testing/shop-rows.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

const published = (day: number, alpha: number): Send =>
  send(modelParameters, {
    modelId: 'purchases',
    version: day,
    parameters: { ...MBG_NBD_SEED, alpha },
    occurredAt: days(day),
    effectiveAt: null,
    trainedThrough: null,
  })
const order = (day: number, orderId: string) => shopRows.order(days(day), 'anna', orderId, '50GBP')
const cancel = (day: number, orderId: string) =>
  shopRows.cancel(days(day), 'anna', orderId, '50GBP')
/** A correction that undoes nothing: all is looked at anew. */
const look = (day: number) => shopRows.refund(days(day), 'anna', '-', '1GBP')

/** The activity that was said last, by noon of the day. */
const activityOn = (day: number, ...steps: readonly Send[]): string => {
  const mill = new Harness([lifecycleSegments])
  let now = 0
  for (const step of steps) {
    playStep(mill, step)
    now = Math.max(now, Number(step.record.occurredAt) + days(0.25))
    mill.advanceTo(now)
  }
  mill.advanceTo(days(day + 0.5))
  return mill.resultsOf(segments).at(-1)!.activity
}

// By the seed, one purchase makes somebody dormant after 117 days.
test('a purchase by somebody dormant is a return for thirty days', () => {
  expect(activityOn(116, order(0, 'o1'))).toBe('AT_RISK')
  expect(activityOn(119, order(0, 'o1'))).toBe('DORMANT')
  expect(activityOn(149, order(0, 'o1'), order(120, 'o2'))).toBe('REACTIVATED')
  expect(activityOn(150, order(0, 'o1'), order(120, 'o2'))).toBe('ACTIVE')
})

test('new parameters make no return of a purchase that was none', () => {
  const steps = [order(0, 'o1'), order(100, 'o2'), published(105, 2), look(106)]
  expect(activityOn(106, ...steps)).toBe('ACTIVE')
})

test('new parameters do not end a return', () => {
  const steps = [order(0, 'o1'), order(120, 'o2'), published(125, 20), look(126)]
  expect(activityOn(126, ...steps)).toBe('REACTIVATED')
})

test('who was said to be dormant comes back, whatever parameters hold by then', () => {
  expect(activityOn(125, order(0, 'o1'), published(120, 20), order(125, 'o2'))).toBe('REACTIVATED')
})

test('a return ends where its purchase is undone, and goes on where that is paid after all', () => {
  const returned = [order(0, 'o1'), order(120, 'o2')]
  expect(activityOn(121, ...returned, cancel(121, 'o2'))).toBe('DORMANT')
  const declined = shopRows.decline(days(121), 'anna', 'o2', '50GBP')
  expect(activityOn(121, ...returned, declined)).toBe('DORMANT')
  const paid = shopRows.paid(days(122), 'anna', 'o2', '50GBP')
  expect(activityOn(122, ...returned, declined, paid)).toBe('REACTIVATED')
})

test('a return survives what is corrected before it, and purchases after it', () => {
  const returned = [order(0, 'o1'), order(1, 'o0'), order(220, 'o2')]
  expect(activityOn(221, ...returned, cancel(221, 'o0'))).toBe('REACTIVATED')
  expect(activityOn(230, ...returned, order(230, 'o3'))).toBe('REACTIVATED')
  expect(activityOn(221, ...returned, order(150, 'o4'))).toBe('REACTIVATED')
})

test('a purchase that comes late is a return only where it was made after a dormant time', () => {
  const late = (day: number) => activityOn(125, order(0, 'o1'), look(125), order(day, 'o2'))
  expect([late(100), late(116), late(118)]).toEqual(['ACTIVE', 'ACTIVE', 'REACTIVATED'])
})
