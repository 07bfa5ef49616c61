/** Whether the risks that are published are right, of simulated buyers of whom the truth is known. */
import { beforeAll, describe, expect, test } from 'vitest'
import { calibrationErrorOf, type PublishedRisk, publishedRisks } from './published-risks.ts'
import { type Demand, demandShop, risingOn, yearly } from './simulated-demand.ts'

/** As Online Retail's own fit. */
const RHYTHM = { r: 0.73, alpha: 9.9, a: 0.03, b: 18 }

const risksOf = (demand: Demand, firstWithinDays: number, untilDay: number) =>
  publishedRisks(
    demandShop(RHYTHM, demand, { buyers: 2_000, firstWithinDays, untilDay, seed: 1 }),
    untilDay,
  )

/** Errors of what was said in some days, and of the model's own. */
const errorsIn = (
  risks: readonly PublishedRisk[],
  horizonDays: number,
  [from, until]: readonly [number, number],
) => {
  const of = risks.filter(
    risk => risk.horizonDays === horizonDays && risk.day >= from && risk.day < until,
  )
  const said = calibrationErrorOf(of, risk => risk.said)
  return { said, own: calibrationErrorOf(of, risk => risk.own) }
}

describe('where demand rises by 60 % on day 200, and stays', () => {
  let risks: readonly PublishedRisk[] = []
  beforeAll(() => {
    risks = risksOf(risingOn(200, 0.6), 120, 420)
  }, 600_000)

  test.each([30, 90])('risks of %i days are set right once outcomes are known', horizonDays => {
    // Not set right at all, both errors are the same; the wrong way round, what is said is off by twice.
    const { said, own } = errorsIn(risks, horizonDays, [290, 420])
    expect(own).toBeGreaterThan(0.03)
    expect(said).toBeLessThan(0.8 * own)
  })

  test('and are the own ones of the model before there are outcomes', () => {
    const early = risks.filter(({ day }) => day < 100)
    expect(early.length).toBeGreaterThan(1_000)
    expect(early.every(({ said, own }) => said === own)).toBe(true)
  })
})

describe('where demand is up and down by 50 % within a year', () => {
  let risks: readonly PublishedRisk[] = []
  beforeAll(() => {
    risks = risksOf(yearly(340, 0.5), 180, 560)
  }, 600_000)

  test('while it is as it was, risks are set right', () => {
    const { said, own } = errorsIn(risks, 90, [315, 360])
    expect(said).toBeLessThan(0.6 * own)
  })

  test('when it has turned, risks of 90 days are worse than the own ones of the model', () => {
    const { said, own } = errorsIn(risks, 90, [360, 450])
    expect(said).toBeGreaterThan(own)
    expect(said).toBeLessThan(0.25)
  })
})
