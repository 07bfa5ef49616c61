import { type GatheredCells, gatheredCells } from './gathered-cells.ts'
import { type InPieces, STEPS_OF_A_PIECE } from './in-pieces.ts'
import { cutDayOf, type PopulationCut } from './population-cut.ts'
import type { CellTable, Level } from './purchase-cells.ts'

/**
 * The buyers of a cut as a table that is searched: few enough cells, and each cohort with the weight of
 * its age.
 *
 * A purchase is taken to have been at noon of its day, since an assessment goes by the very moment:
 * so a first purchase on the day before the cut is half a day old.
 */
export interface PopulationCells {
  /** `count` and `users` are weighted. */
  readonly table: CellTable
  /** By cell of the table: how many people, each counted as one. */
  readonly people: Float64Array
  /** By level of the table: the same. */
  readonly peopleOfLevel: readonly number[]
  readonly buyers: number
  /** Purchases after the first, of all people. */
  readonly repeats: number
}

/** A cohort counts half as much when it is a year older: how people buy changes. */
export const HALF_LIFE_WEEKS = 52
/**
 * And never less than this. However a population is spread over the years, people who count
 * differently then tell at least a fifth of what as many equal ones would (Kantorovich's inequality:
 * 4m/(1 + m)² for weights from m to 1). So guards may count people.
 */
export const WEIGHT_MIN = 1 / 16

const WEEK_DAYS = 7
const HALF_DAY = 0.5
/**
 * Widths of cells, in logarithms of ages: the likelihood asks for ln(alpha + age), so that a day counts
 * less the older somebody is. 0 is days as they are. Of 300,000 people in 127,000 cells, .04 and .08
 * move the parameters by less than .1 and .6 per cent; weeks would move them by more, in more cells.
 */
const WIDTHS = [0, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64]
const DAYS = 65_536

const stepOf = (days: number, width: number): number =>
  width === 0 ? days : Math.floor(Math.log1p(days / WEEK_DAYS) / width)

export function* populationCells(cut: PopulationCut): InPieces<PopulationCells> {
  const { cohortDay, lastDay, repeats, buyers } = cut
  const cutDay = cutDayOf(cut)
  const ageAt = (at: number) => Math.max(0, cutDay - cohortDay[at]!)
  const lastAt = (at: number) => Math.max(0, lastDay[at]! - cohortDay[at]!)
  const cells = yield* gatheredCells({
    length: buyers.length,
    widths: WIDTHS,
    countAt: at => buyers[at]!,
    keyAt: (at, width) =>
      (repeats[at]! * DAYS + stepOf(ageAt(at), width)) * DAYS + stepOf(lastAt(at), width),
    xAt: ageAt,
    yAt: lastAt,
  })
  return yield* tableOf(cells)
}

const repeatsOf = (key: number): number => Math.floor(key / (DAYS * DAYS))

/** `x` is the age in days and `y` the age at the last purchase, at the cut's midnight. */
function* tableOf({ keys, counts, x, y }: GatheredCells): InPieces<PopulationCells> {
  const [age, last, weighted] = [0, 1, 2].map(() => new Float64Array(keys.length)) as Columns
  for (let at = 0; at < keys.length; at++) {
    if (at % STEPS_OF_A_PIECE === 0) yield
    age[at] = Math.max(0, x[at]! - HALF_DAY) / WEEK_DAYS
    last[at] = Math.min(y[at]! / WEEK_DAYS, age[at]!)
    weighted[at] = counts[at]! * Math.max(WEIGHT_MIN, 2 ** (-age[at]! / HALF_LIFE_WEEKS))
  }
  const levels = levelsOf(keys, weighted)
  const peopleOfLevel = levels.map(({ from, to }) => sumOf(counts, from, to))
  return {
    table: {
      users: levels.reduce((sum, { users }) => sum + users, 0),
      repeats: levels.reduce((sum, level) => sum + level.users * level.repeats, 0),
      levels,
      last,
      age,
      count: weighted,
    },
    people: counts,
    peopleOfLevel,
    buyers: peopleOfLevel.reduce((sum, people) => sum + people, 0),
    repeats: levels.reduce((sum, level, at) => sum + level.repeats * peopleOfLevel[at]!, 0),
  }
}

type Columns = [Float64Array, Float64Array, Float64Array]

const levelsOf = (keys: Float64Array, weighted: Float64Array): Level[] => {
  const levels: Level[] = []
  for (let from = 0, to = 0; from < keys.length; from = to) {
    const repeats = repeatsOf(keys[from]!)
    while (to < keys.length && repeatsOf(keys[to]!) === repeats) to++
    levels.push({ repeats, users: sumOf(weighted, from, to), from, to })
  }
  return levels
}

const sumOf = (values: Float64Array, from: number, to: number): number => {
  let sum = 0
  for (let at = from; at < to; at++) sum += values[at]!
  return sum
}
