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

/** A group counts as so many values of its parent. */
export const SHRINKAGE = 8
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

/** @param groups the largest first, each a part of the one before; null where the largest is not known */
export const shrunkMean = (
  groups: readonly (FadingMean | undefined)[],
  now: number,
): number | null => {
  let mean: number | null = null
  for (const group of groups) {
    if (group === undefined) continue
    const weight = weightAt(group, now)
    mean =
      mean === null ? group.mean : (weight * group.mean + SHRINKAGE * mean) / (weight + SHRINKAGE)
  }
  return mean
}
