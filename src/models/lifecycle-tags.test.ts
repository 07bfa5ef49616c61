import { expect, test } from 'vitest'
import type { LifecycleActivity } from './lifecycle-activity.ts'
import {
  bandsIn,
  isPriceSensitiveIn,
  newEndsAt,
  tagNames,
  tagsOf as tagsWith,
} from './lifecycle-tags.ts'
import { historyOf, NO_HISTORY, type PurchaseHistory, placed } from './purchase-history.ts'
import { NO_VALUE_BANDS } from './value-bands.ts'

const DAY = 86_400_000
const bought = historyOf(NO_HISTORY, [placed(0, 100, false)])

const ALIKE = { ...NO_VALUE_BANDS, priceSensitive: false }
const tagsOf = (history: PurchaseHistory, activity: LifecycleActivity, now: number) =>
  tagsWith(history, activity, ALIKE, now)

test('a buyer is new for thirty days', () => {
  expect(tagNames(tagsOf(bought, 'ACTIVE', 30 * DAY - 1))).toEqual(['NEW'])
  expect(newEndsAt(bought, 0)).toBe(30 * DAY)
  expect(tagNames(tagsOf(bought, 'AT_RISK', 30 * DAY))).toEqual([])
  expect(newEndsAt(bought, 30 * DAY)).toBe(Infinity)
})

test('a visitor who never bought is not new', () => {
  expect(tagsOf(NO_HISTORY, 'ACTIVE', 0)).toBe(0)
})

test('two purchases on a deal, and none without, make a deal-only buyer', () => {
  const orders = [true, true, false].map((onDeal, day) => placed(day * DAY, 100, onDeal))
  const after = (count: number) =>
    tagNames(tagsOf(historyOf(NO_HISTORY, orders.slice(0, count)), 'ACTIVE', 99 * DAY))
  expect([after(1), after(2), after(3)]).toEqual([[], ['DEAL_ONLY'], []])
})

test('what was entered and exited is the difference of two sets', () => {
  const before = tagsOf(bought, 'ACTIVE', 0)
  const after = tagsOf(bought, 'DORMANT', 95 * DAY)
  expect(tagNames(after, before)).toEqual(['DORMANT'])
  expect(tagNames(before, after)).toEqual(['NEW'])
  expect(tagNames(before | after, before)).toEqual(['DORMANT'])
})

test('who is of high value and at risk is a VIP at risk, and the bands can be read again', () => {
  const bands = { highValue: true, potential: false }
  const set = tagsWith(NO_HISTORY, 'AT_RISK', { ...ALIKE, ...bands }, 0)
  expect(tagNames(set)).toEqual(['HIGH_VALUE', 'VIP_AT_RISK'])
  expect(bandsIn(set)).toEqual(bands)
  expect(tagNames(tagsWith(NO_HISTORY, 'ACTIVE', { ...ALIKE, ...bands }, 0))).toEqual([
    'HIGH_VALUE',
  ])
  const potential = { highValue: false, potential: true }
  expect(bandsIn(tagsWith(NO_HISTORY, 'ACTIVE', { ...ALIKE, ...potential }, 0))).toEqual(potential)
})

test('who is price sensitive can be read again', () => {
  const set = tagsWith(NO_HISTORY, 'ACTIVE', { ...ALIKE, priceSensitive: true }, 0)
  expect(tagNames(set)).toEqual(['PRICE_SENSITIVE'])
  expect([isPriceSensitiveIn(set), isPriceSensitiveIn(0)]).toEqual([true, false])
})
