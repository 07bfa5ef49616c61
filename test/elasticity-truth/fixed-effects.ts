/**
 * Regressions on one regressor beside groups that each row belongs to, such as its article and its day:
 * what all rows of a group have in common explains nothing. Groups are taken out in turns until nothing
 * is left of them (Frisch & Waugh; Correia, Guimarães & Zylkin 2020 for counts).
 */

export interface GroupedRows {
  readonly outcome: Float64Array
  readonly regressor: Float64Array
  /** Of each grouping, the group of each row, from 0. */
  readonly groupings: readonly Int32Array[]
}

const SWEEPS_MAX = 200
const REST = 1e-5
const STEPS_MAX = 50

/** Least squares. */
export const slopeOf = ({ outcome, regressor, groupings }: GroupedRows): number => {
  const weights = new Float64Array(outcome.length).fill(1)
  return slopeWithin(outcome, regressor, weights, groupings)
}

/** The largest likelihood of Poisson counts with a logarithmic mean, by iterated weighted least squares. */
export const poissonSlopeOf = ({ outcome, regressor, groupings }: GroupedRows): number => {
  const average = averageOf(outcome)
  const mean = outcome.map(count => (count + average) / 2)
  // What was taken out stays out: the next step begins where the last one ended.
  let ofRegressor: Float64Array = regressor
  const explained: Float64Array = new Float64Array(outcome.length)
  let before = 0
  for (let step = 0; step < STEPS_MAX; step++) {
    const working = mean.map((each, at) => Math.log(each) + outcome[at]! / each - 1)
    const ofWorking = within(
      working.map((each, at) => each - explained[at]!),
      mean,
      groupings,
    )
    ofRegressor = within(ofRegressor, mean, groupings)
    const slope = slopeBetween(ofWorking, ofRegressor, mean)
    for (let at = 0; at < mean.length; at++) {
      explained[at] = working[at]! - ofWorking[at]!
      mean[at] = Math.exp(explained[at]! + slope * ofRegressor[at]!)
    }
    if (Math.abs(slope - before) < 1e-4) return slope
    before = slope
  }
  throw new RangeError('The regression did not come to rest.')
}

const slopeWithin = (
  outcome: Float64Array,
  regressor: Float64Array,
  weights: Float64Array,
  groupings: readonly Int32Array[],
): number =>
  slopeBetween(within(outcome, weights, groupings), within(regressor, weights, groupings), weights)

const slopeBetween = (outcome: Float64Array, regressor: Float64Array, weights: Float64Array) => {
  let [product, square] = [0, 0]
  for (let at = 0; at < outcome.length; at++) {
    product += weights[at]! * regressor[at]! * outcome[at]!
    square += weights[at]! * regressor[at]! ** 2
  }
  return product / square
}

/** What is left of values when the weighted means of all groups are taken out. */
const within = (
  values: Float64Array,
  weights: Float64Array,
  groupings: readonly Int32Array[],
): Float64Array => {
  const left = Float64Array.from(values)
  const totals = groupings.map(groups => totalsOf(weights, groups))
  for (let sweep = 0; sweep < SWEEPS_MAX; sweep++) {
    const moved = groupings.map((groups, at) => takeMeans(left, weights, groups, totals[at]!))
    if (Math.max(...moved) < REST) return left
  }
  return left
}

const totalsOf = (weights: Float64Array, groups: Int32Array): Float64Array => {
  const totals = new Float64Array(groups.reduce((most, group) => Math.max(most, group), 0) + 1)
  for (let at = 0; at < groups.length; at++) totals[groups[at]!]! += weights[at]!
  return totals
}

/** Returns the largest mean that there was. */
const takeMeans = (
  left: Float64Array,
  weights: Float64Array,
  groups: Int32Array,
  totals: Float64Array,
): number => {
  const means = new Float64Array(totals.length)
  for (let at = 0; at < left.length; at++) means[groups[at]!]! += weights[at]! * left[at]!
  let most = 0
  for (let group = 0; group < means.length; group++) {
    means[group] = totals[group]! > 0 ? means[group]! / totals[group]! : 0
    most = Math.max(most, Math.abs(means[group]!))
  }
  for (let at = 0; at < left.length; at++) left[at]! -= means[groups[at]!]!
  return most
}

const averageOf = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
