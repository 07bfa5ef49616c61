/**
 * Fraud scores on the first transactions of the Fraud Detection Handbook, through the pipelines: how good
 * they are where labels are two weeks old at most, and that no label is used before it is known.
 *
 * All of the data: `npm run bench -- --only fraud-handbook`.
 */
import { beforeAll, describe, expect, test } from 'vitest'
import { days } from '../../src/engine/time.ts'
import type { FraudLabel } from '../../src/events.ts'
import { realData } from '../temporary-folder.ts'
import { scoredHandbook } from './handbook-run.ts'
import { type HandbookOrder, weekOf, weeksIn } from './handbook-weeks.ts'

const data = realData('fraud-handbook')
const BEGIN = Date.UTC(2018, 3, 1)
const dayOf = (at: number): number => BEGIN / days(1) + at
const KNOWN_OTHERWISE_FROM = BEGIN + days(9)

describe.skipIf(data.missing)(
  'the Fraud Detection Handbook (skipped where ../shared/data/fraud-handbook is missing)',
  () => {
    let orders: HandbookOrder[]

    beforeAll(async () => {
      orders = await scoredHandbook({ path: data.path, until: BEGIN + days(24) })
    }, 300_000)

    test('in the third week, scores are within what two weeks of labels can teach', () => {
      expect(weeksIn(orders)).toEqual([dayOf(17)])
      const week = weekOf(orders, dayOf(17))
      expect(week).toMatchObject({ orders: 63_643, frauds: 416 })
      expect(week.areaUnderRoc).toBeGreaterThan(0.82)
      expect(week.areaUnderRoc).toBeLessThan(0.88)
      expect(week.averagePrecision).toBeGreaterThan(0.56)
      expect(week.averagePrecision).toBeLessThan(0.66)
      expect(week.cardPrecision).toBeGreaterThan(0.24)
      expect(week.cardPrecision).toBeLessThan(0.32)
      expect(week.calibrationError).toBeLessThan(0.004)
    })

    test('no label changes a score before it is known', async () => {
      const otherwise = await scoredHandbook({
        path: data.path,
        until: BEGIN + days(10),
        label: turnedLater,
      })
      const scoreOf = ({ score }: HandbookOrder) => score
      const before = otherwise.filter(({ day }) => day < dayOf(9)).length
      expect(otherwise.slice(0, before).map(scoreOf)).toEqual(orders.slice(0, before).map(scoreOf))
      const after = otherwise.slice(before)
      const changed = after.filter(({ score }, at) => score !== orders[before + at]!.score)
      expect(changed.length).toBeGreaterThan(after.length / 100)
    }, 300_000)
  },
)

/** Of ten orders, one is known otherwise, from some day on. */
const turnedLater = (label: FraudLabel): FraudLabel =>
  label.occurredAt >= KNOWN_OTHERWISE_FROM && label.orderId.endsWith('7')
    ? { ...label, isFraud: !label.isFraud }
    : label
