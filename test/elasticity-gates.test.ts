/**
 * What is told of elasticities, against a world in which they are known: three seeds of 400 articles,
 * for a year, learnt, fitted and pooled by what the pipelines use. `npm run bench -- --only
 * elasticity-gates` has six seeds, and all kinds of worlds.
 *
 * docs/elasticity-simulation.md describes the world, and has the figures.
 */
import { describe, expect, test } from 'vitest'
import { PRICE_WORLD, type PriceWorld } from '../src/testing/price-world.ts'
import {
  aloneKnown,
  categoriesKnown,
  type LearntArticle,
  learntIn,
  type Score,
  scoreOf,
} from '../src/testing/price-world-estimates.ts'

const SEEDS = [1, 2, 3]
const AS_OF = [90, 180, 365]
const YEAR = AS_OF.indexOf(365)

type Runs = readonly (readonly LearntArticle[])[]

const runsOf = (world: Partial<PriceWorld>, isExperiment = true): Runs =>
  SEEDS.map(seed => learntIn({ ...PRICE_WORLD, ...world, seed }, { isExperiment, asOf: AS_OF }))

const knownBy = (runs: Runs, at: number, isExperiment = true) =>
  runs.flatMap(run => categoriesKnown(run, at, isExperiment ? 'EXPERIMENT' : 'OBSERVATIONAL'))

const scored = (runs: Runs, at: number, isExperiment = true): Score =>
  scoreOf(knownBy(runs, at, isExperiment).flatMap(({ estimates }) => estimates))

describe('where the seller reacts to demand', () => {
  const learnt = runsOf({ reaction: 0.5 })

  test.each(AS_OF)('intervals of 90 % hold the truth after %i days', day => {
    const { cover, bias } = scored(learnt, AS_OF.indexOf(day))
    expect(cover).toBeGreaterThanOrEqual(0.88)
    expect(cover).toBeLessThanOrEqual(0.99)
    expect(Math.abs(bias)).toBeLessThanOrEqual(0.15)
  })

  test('after a year the error is small, and goes neither way', () => {
    const { bias, rmse } = scored(learnt, YEAR)
    expect(Math.abs(bias)).toBeLessThanOrEqual(0.06)
    expect(rmse).toBeLessThanOrEqual(0.4)
  })

  test('set prices never count beside those drawn by chance', () => {
    for (const [at] of AS_OF.entries()) {
      expect(knownBy(learnt, at).some(({ isJoined }) => isJoined)).toBe(false)
    }
  })

  test('articles know less by themselves than together with their category', () => {
    const alone = scoreOf(learnt.flatMap(run => aloneKnown(run, YEAR, 'EXPERIMENT')))
    const together = scored(learnt, YEAR)
    expect(alone.cover).toBeGreaterThanOrEqual(0.88)
    expect(together.rmse).toBeLessThan(0.75 * alone.rmse)
    expect(together.width).toBeLessThan(0.75 * alone.width)
  })

  test('whoever takes all prices for causes is sure, and wrong', () => {
    const naive = runsOf({ reaction: 0.5 }, false)
    for (const [at] of AS_OF.entries()) {
      const { cover, bias } = scored(naive, at, false)
      expect(cover).toBeLessThan(0.2)
      expect(bias).toBeGreaterThan(1)
    }
  })
})

describe('where the seller does not react', () => {
  const learnt = runsOf({ reaction: 0 })

  test('set prices count as well once they are known to agree, and the intervals still hold', () => {
    expect(knownBy(learnt, AS_OF.indexOf(90)).some(({ isJoined }) => isJoined)).toBe(false)
    expect(knownBy(learnt, YEAR).filter(({ isJoined }) => isJoined).length).toBeGreaterThan(10)
    for (const [at] of AS_OF.entries()) {
      const { cover, bias } = scored(learnt, at)
      expect(cover).toBeGreaterThanOrEqual(0.88)
      expect(cover).toBeLessThanOrEqual(0.99)
      expect(Math.abs(bias)).toBeLessThanOrEqual(0.06)
    }
  })

  test('even all prices taken for causes tell the truth: what fails above is the seller', () => {
    const { cover, bias } = scored(runsOf({ reaction: 0 }, false), YEAR, false)
    expect(cover).toBeGreaterThanOrEqual(0.88)
    expect(Math.abs(bias)).toBeLessThanOrEqual(0.06)
  })
})
