/**
 * What is told of elasticities, against worlds in which they are known: six seeds of 400 articles in ten
 * categories, for a year (part 3.5 of the reference). docs/elasticity-simulation.md describes the worlds.
 */
import { PRICE_WORLD, type PriceWorld } from '../../src/testing/price-world.ts'
import {
  aloneKnown,
  categoriesKnown,
  type Estimate,
  type LearntArticle,
  learntIn,
  type Score,
  scoreOf,
} from '../../src/testing/price-world-estimates.ts'
import type { Report } from './report.ts'

const SEEDS = [1, 2, 3, 4, 5, 6]
const AS_OF = [90, 180, 365]

interface Bounds {
  readonly cover: readonly [least: number, most: number]
  /** Of the bias, either way, after 90 days and after a year. */
  readonly bias?: readonly [early: number, late: number]
  /** After a year. */
  readonly rmse?: number
}

const USUAL: Bounds = { cover: [0.88, 0.99], bias: [0.15, 0.06], rmse: 0.4 }
const NAIVE_FAILS: Bounds = { cover: [0, 0.2] }

/** How a world is learnt from, and what is looked at. */
type Method = 'pooled' | 'naive' | 'alone'

interface Scenario {
  readonly name: string
  readonly world: Partial<PriceWorld>
  readonly methods: readonly (readonly [Method, Bounds])[]
}

const SCENARIOS: readonly Scenario[] = [
  {
    name: 'exogenous',
    world: { reaction: 0 },
    methods: [
      ['naive', USUAL],
      ['pooled', USUAL],
    ],
  },
  {
    name: 'endogenous',
    world: {},
    methods: [
      ['naive', NAIVE_FAILS],
      ['pooled', USUAL],
    ],
  },
  {
    name: 'endogenous, ±20 %',
    world: { amplitude: 0.2 },
    methods: [
      ['pooled', USUAL],
      ['alone', { cover: [0.88, 0.99], bias: [0.15, 0.06] }],
    ],
  },
  {
    // 56 % of the days sell nothing, and the bias is larger than where more is sold: a bound of its own.
    name: 'slow movers',
    world: { unitsPerDay: 0.6 },
    methods: [['pooled', { cover: [0.88, 0.99], bias: [0.15, 0.15] }]],
  },
  {
    name: 'drift ×2, ±20 %',
    world: { amplitude: 0.2, drift: 0.2 },
    methods: [['pooled', USUAL]],
  },
]

const WIDTHS = [30, 5, 8, 8, 8, 8, 8]

export const elasticityGates: Report = print => {
  print(rowOf(['', 'day', 'bias', 'RMSE', 'cover', 'width', 'joined']))
  const breaches = SCENARIOS.flatMap(({ name, world, methods }) =>
    methods.flatMap(([method, bounds]) =>
      judged(`${name}, ${method}`, world, method, bounds, print),
    ),
  )
  print(breaches.length === 0 ? '\nAll within their bounds.' : `\nOutside: ${breaches.join('; ')}.`)
  return breaches.length === 0
}

const judged = (
  name: string,
  world: Partial<PriceWorld>,
  method: Method,
  bounds: Bounds,
  print: (line: string) => void,
): readonly string[] => {
  const isExperiment = method !== 'naive'
  const runs = SEEDS.map(seed =>
    learntIn({ ...PRICE_WORLD, ...world, seed }, { isExperiment, asOf: AS_OF }),
  )
  return AS_OF.flatMap((day, at) => {
    const { estimates, joined } = toldBy(method, runs, at)
    const score = scoreOf(estimates)
    const { bias, rmse, cover, width } = score
    const figures = [signed(bias), rmse.toFixed(3), cover.toFixed(3), width.toFixed(2), joined]
    print(rowOf([name, String(day), ...figures]))
    return breachesOf(score, day, bounds).map(breach => `${name}, day ${day}: ${breach}`)
  })
}

const toldBy = (
  method: Method,
  runs: readonly (readonly LearntArticle[])[],
  at: number,
): { readonly estimates: readonly Estimate[]; readonly joined: string } => {
  if (method === 'alone') {
    return { estimates: runs.flatMap(run => aloneKnown(run, at, 'EXPERIMENT')), joined: '' }
  }
  const by = method === 'naive' ? 'OBSERVATIONAL' : 'EXPERIMENT'
  const known = runs.flatMap(run => categoriesKnown(run, at, by))
  const passed = known.filter(({ isJoined }) => isJoined).length
  const joined = method === 'naive' ? '' : `${passed}/${known.length}`
  return { estimates: known.flatMap(({ estimates }) => estimates), joined }
}

const breachesOf = ({ bias, rmse, cover }: Score, day: number, bounds: Bounds) => {
  const isYear = day === AS_OF.at(-1)
  const biasMost = bounds.bias?.[isYear ? 1 : 0] ?? Number.POSITIVE_INFINITY
  const rmseMost = isYear ? (bounds.rmse ?? Number.POSITIVE_INFINITY) : Number.POSITIVE_INFINITY
  const [least, most] = bounds.cover
  return [
    ...(cover < least || cover > most
      ? [`cover ${cover.toFixed(3)} not in ${least} to ${most}`]
      : []),
    ...(Math.abs(bias) > biasMost ? [`bias ${signed(bias)} beyond ±${biasMost}`] : []),
    ...(rmse > rmseMost ? [`RMSE ${rmse.toFixed(3)} above ${rmseMost}`] : []),
  ]
}

const signed = (value: number): string => (value < 0 ? '−' : '+') + Math.abs(value).toFixed(3)

const rowOf = (cells: readonly string[]): string =>
  cells
    .map((cell, at) => (at === 0 ? cell.padEnd(WIDTHS[at]!) : cell.padStart(WIDTHS[at]!)))
    .join('')
