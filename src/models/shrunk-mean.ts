/**
 * A mean of a few values, drawn towards that of a larger group: of a lane towards its destination's, and that
 * towards all (James & Stein). Values count half after 120 days.
 */
export interface FadingMean {
  readonly weight: number
  readonly mean: number
  /** When it was learnt from last, in ms. */
  readonly at: number
}

/** A group's parent counts as no more than so many values of its own. */
export const SHRINKAGE_MAX = 8
const HALF_LIFE_MS = 120 * 86_400_000

export const fadingMeanAfter = (
  before: FadingMean | undefined,
  value: number,
  at: number,
): FadingMean => {
  if (before === undefined) return { weight: 1, mean: value, at }
  const weight = weightAt(before, at) + 1
  const mean = before.mean + (value - before.mean) / weight
  return { weight, mean, at: Math.max(at, before.at) }
}

const weightAt = ({ weight, at }: FadingMean, now: number): number =>
  weight * 2 ** (-Math.max(0, now - at) / HALF_LIFE_MS)

/**
 * How many values a parent counts as: values that scatter little within groups which are far apart say more of
 * their group than others do (empirical Bayes: σ²/τ²).
 */
export const shrinkageOf = (total: number, within: number): number => {
  const between = total - within
  return between > 0 ? Math.min(SHRINKAGE_MAX, within / between) : SHRINKAGE_MAX
}

/**
 * @param groups the largest first, each a part of the one before; null where none is known
 * @param shrinkage from `shrinkageOf`
 */
export const shrunkMean = (
  groups: readonly (FadingMean | undefined)[],
  now: number,
  shrinkage: number,
): number | null => {
  let mean: number | null = null
  for (const group of groups) {
    if (group === undefined) continue
    const weight = weightAt(group, now)
    mean =
      mean === null ? group.mean : (weight * group.mean + shrinkage * mean) / (weight + shrinkage)
  }
  return mean
}
