/**
 * The minimum of a smooth function of a few variables, without derivatives: the simplex of Nelder &
 * Mead 1965, with the usual coefficients.
 *
 * A search is a value, and each step of it a pure function, so that a long one can be cut into short
 * pieces, and gives the same bits however it is cut. It ends where all corners are within the tolerance
 * of the best. Before that, once they are within a hundred times as much, it is spread out anew there,
 * as a simplex may have gone flat on the way.
 */
export interface Search {
  /** From the best to the worst. */
  readonly corners: readonly Corner[]
  readonly evaluations: number
  /** How often it has been spread out after the start. */
  readonly restarts: number
  readonly state: 'SEARCHING' | 'CONVERGED' | 'GIVEN_UP'
}

export interface Corner {
  readonly at: readonly number[]
  readonly value: number
}

export interface SearchLimits {
  /** Side of the simplex at the start, in each variable. */
  readonly step: number
  /** How far from the best, in each variable, the last corners may be. */
  readonly tolerance: number
  /** It is given up after the step that reaches this. */
  readonly evaluationsMax: number
}

export const SEARCH_LIMITS: SearchLimits = { step: 0.3, tolerance: 1e-5, evaluationsMax: 2_000 }
const RESTARTS = 1
const WIDTH_AT_RESTART = 100

/** What is to be least. Where it is not a number, that counts as the worst there is. */
export type Cost = (at: readonly number[]) => number

export const searchFrom = (
  cost: Cost,
  start: readonly number[],
  limits = SEARCH_LIMITS,
): Search => ({
  corners: spreadOut(cost, cornerAt(cost, start), limits.step),
  evaluations: start.length + 1,
  restarts: 0,
  state: 'SEARCHING',
})

/** One step on: 1 or 2 evaluations as a rule, and a few more where the simplex shrinks. */
export const searchedOn = (cost: Cost, search: Search, limits = SEARCH_LIMITS): Search => {
  const { corners, evaluations, restarts, state } = search
  if (state !== 'SEARCHING') return search
  if (evaluations >= limits.evaluationsMax) return { ...search, state: 'GIVEN_UP' }
  const isLast = restarts >= RESTARTS
  const isNarrow = widthOf(corners) <= limits.tolerance * (isLast ? 1 : WIDTH_AT_RESTART)
  if (isNarrow && isLast) return { ...search, state: 'CONVERGED' }
  let more = 0
  const counted: Cost = at => {
    more++
    return cost(at)
  }
  const next = isNarrow ? spreadOut(counted, corners[0]!, limits.step / 3) : moved(counted, corners)
  return {
    corners: next,
    evaluations: evaluations + more,
    restarts: isNarrow ? restarts + 1 : restarts,
    state,
  }
}

/** The whole search; `corners[0]` is the minimum. */
export const searchMinimum = (
  cost: Cost,
  start: readonly number[],
  limits = SEARCH_LIMITS,
): Search => {
  let search = searchFrom(cost, start, limits)
  while (search.state === 'SEARCHING') search = searchedOn(cost, search, limits)
  return search
}

const cornerAt = (cost: Cost, at: readonly number[]): Corner => {
  const value = cost(at)
  return { at, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value }
}

const spreadOut = (cost: Cost, from: Corner, step: number): Corner[] =>
  ordered([from, ...from.at.map((x, i) => cornerAt(cost, from.at.with(i, x + step)))])

/** The simplex with its worst corner moved to a better place, or shrunk where there is none. */
const moved = (cost: Cost, corners: readonly Corner[]): Corner[] => {
  const better = betterThanWorst(cost, corners)
  return better === null ? shrunk(cost, corners) : ordered([...corners.slice(0, -1), better])
}

const betterThanWorst = (cost: Cost, corners: readonly Corner[]): Corner | null => {
  const worst = corners.at(-1)!
  const centre = centreOf(corners.slice(0, -1))
  /** From the worst through the centre, and on by so many times that distance. */
  const beyond = (times: number) =>
    cornerAt(
      cost,
      centre.map((x, i) => x + times * (x - worst.at[i]!)),
    )
  const reflected = beyond(1)
  if (reflected.value < corners[0]!.value) {
    const expanded = beyond(2)
    return expanded.value < reflected.value ? expanded : reflected
  }
  if (reflected.value < corners.at(-2)!.value) return reflected
  const contracted = beyond(reflected.value < worst.value ? 0.5 : -0.5)
  return contracted.value < Math.min(reflected.value, worst.value) ? contracted : null
}

/** Halfway to the best, all the others. */
const shrunk = (cost: Cost, [best, ...others]: readonly Corner[]): Corner[] =>
  ordered([
    best!,
    ...others.map(({ at }) =>
      cornerAt(
        cost,
        at.map((x, i) => (x + best!.at[i]!) / 2),
      ),
    ),
  ])

/** Sorting is stable, so that ties have the same order everywhere. */
const ordered = (corners: Corner[]): Corner[] => corners.sort((x, y) => x.value - y.value)

const centreOf = (corners: readonly Corner[]): number[] =>
  corners[0]!.at.map((_, i) => corners.reduce((sum, { at }) => sum + at[i]!, 0) / corners.length)

const widthOf = ([best, ...others]: readonly Corner[]): number =>
  Math.max(...others.flatMap(({ at }) => at.map((x, i) => Math.abs(x - best!.at[i]!))))
