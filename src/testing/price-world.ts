/**
 * A world of articles of which the truth is known: how demand answers the price, and what is sold.
 *
 *   ln λ = ln u + s(day) + ε ln(shown / reference),     units ~ NB(λ, φ)
 *
 * The elasticity ε of an article lies around that of its category. Its demand wanders by s, which
 * nobody sees; a seller who reacts does see it, and is dearer while demand is high. So who takes set
 * prices for causes finds demand less elastic than it is. docs/elasticity-simulation.md describes it.
 *
 * What is sold on a day is drawn for that article and day alone: two shops in the same world have the
 * same luck, and differ by their prices only.
 */
import { gammaVariate, poissonVariate, type Uniforms } from '../models/random-variates.ts'
import { Random } from './simulation/random.ts'

export interface PriceWorld {
  readonly seed: number
  readonly categories: number
  readonly skusPerCategory: number
  /** Of the usual article, at its reference price. */
  readonly unitsPerDay: number
  /** How far set prices follow demand: with .5, 5 % up where demand is 10 % up; 0: not at all. */
  readonly reaction: number
  /** Prices drawn by chance are up to so far from those that are set, in logarithms; 0: none are drawn. */
  readonly amplitude: number
  /** Standard deviation of what moves the demand of an article from day to day, in logarithms. */
  readonly drift: number
  /** φ of the negative binomial that a day's units are drawn from. */
  readonly size: number
}

export const PRICE_WORLD: PriceWorld = {
  seed: 1,
  categories: 10,
  skusPerCategory: 40,
  unitsPerDay: 2.6,
  reaction: 0.5,
  amplitude: 0.1,
  drift: 0.1,
  size: 4,
}

/** One article, as only the world knows it. */
export interface TrueDemand {
  readonly seed: number
  /** From 0 on. */
  readonly number: number
  readonly sku: string
  readonly category: string
  readonly elasticity: number
  /** At the reference price, where demand is as usual. */
  readonly unitsPerDay: number
  readonly drift: number
  readonly size: number
}

export const REFERENCE_MINOR = 20_000
/** The first day of the world: a Thursday, on which the weeks of the model begin as well. */
export const WORLD_BEGINS_AT = Date.UTC(2026, 0, 1)

const CATEGORY_MEAN = -2.1
const CATEGORY_SD = 0.4
const ARTICLE_SD = 0.45
const USUAL_SD = 0.6
/** Of the distance from what is usual, from one day to the next. */
const LEVEL_KEPT = 0.98

/** What each is drawn for: chance of one is not that of another. */
const CATEGORY = 1
const ARTICLE = 2
const LEVEL = 3
const SALES = 4
const SELLER = 5

export const articlesOf = (world: PriceWorld): readonly TrueDemand[] => {
  const { seed, categories, skusPerCategory, drift, size } = world
  const ofCategory = normals(seed, CATEGORY)
  const means = Array.from({ length: categories }, () => CATEGORY_MEAN + CATEGORY_SD * ofCategory())
  return Array.from({ length: categories * skusPerCategory }, (_, number) => {
    const next = normals(seed, ARTICLE, number)
    return {
      seed,
      number,
      sku: `sku-${String(number).padStart(5, '0')}`,
      category: `category-${number % categories}`,
      elasticity: means[number % categories]! + ARTICLE_SD * next(),
      unitsPerDay: world.unitsPerDay * Math.exp(USUAL_SD * next()),
      drift,
      size,
    }
  })
}

/** s of each day: by how much demand is above its usual level, in logarithms. */
export const levelsOf = ({ seed, number, drift }: TrueDemand, days: number): readonly number[] => {
  const next = normals(seed, LEVEL, number)
  let level = 0
  return Array.from({ length: days }, () => {
    level = LEVEL_KEPT * level + drift * next()
    return level
  })
}

/** Units to be expected on a day. */
export const meanUnits = (
  { unitsPerDay, elasticity }: TrueDemand,
  level: number,
  shownMinor: number,
): number => unitsPerDay * Math.exp(level + elasticity * Math.log(shownMinor / REFERENCE_MINOR))

/** Units sold on a day. At a lower price they are not fewer, as the luck of the day is the same. */
export const unitsOn = (
  truth: TrueDemand,
  day: number,
  level: number,
  shownMinor: number,
): number => {
  const next = uniforms(truth.seed, SALES, truth.number, day)
  const luck = gammaVariate(next, truth.size, truth.size)
  return poissonVariate(next, meanUnits(truth, level, shownMinor) * luck)
}

/** A day of an article as it can be seen. */
export interface SoldDay {
  /** From 0 on. */
  readonly day: number
  readonly policyMinor: number
  readonly shownMinor: number
  readonly units: number
}

const GRID = [-1, -0.5, 0, 0.5, 1] as const
const EPOCH_DAYS = 3
const WEEK_DAYS = 7
const OWN_MOVES_SD = 0.05

/** An article under the world's own seller: sets a price by demand and by whim, and draws around it. */
export function* soldDays(
  world: PriceWorld,
  truth: TrueDemand,
  days: number,
): Generator<SoldDay, void, undefined> {
  const { reaction, amplitude } = world
  const levels = levelsOf(truth, days)
  const whims = normals(truth.seed, SELLER, truth.number)
  const draws = uniforms(truth.seed, SELLER, truth.number, 1)
  let [whim, deviation] = [0, 0]
  for (let day = 0; day < days; day++) {
    if (day % WEEK_DAYS === 0) whim = OWN_MOVES_SD * whims()
    if (day % EPOCH_DAYS === 0) deviation = amplitude * GRID[Math.floor(GRID.length * draws())]!
    const level = levels[day]!
    const policy = reaction * level + whim
    const policyMinor = Math.round(REFERENCE_MINOR * Math.exp(policy))
    const shownMinor = Math.round(REFERENCE_MINOR * Math.exp(policy + deviation))
    yield { day, policyMinor, shownMinor, units: unitsOn(truth, day, level, shownMinor) }
  }
}

/** Numbers between 0 and 1, without the two, of one purpose. */
const uniforms = (...purpose: readonly number[]): Uniforms => {
  const random = new Random(seedOf(purpose))
  return () => Math.max(2 ** -33, random.next())
}

/** Of the standard normal distribution: Box & Muller 1958. */
export const normals = (...purpose: readonly number[]): (() => number) => {
  const next = uniforms(...purpose)
  return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next())
}

/** Each number is mixed in by the end of MurmurHash3, so that neighbours have nothing in common. */
const seedOf = (purpose: readonly number[]): number => {
  let hash = 0
  for (const part of purpose) {
    hash = Math.imul(hash ^ (part + 0x9e3779b9), 0x85ebca6b)
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
    hash ^= hash >>> 16
  }
  return hash
}
