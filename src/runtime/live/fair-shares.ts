/**
 * Shares of a whole among those that want some: all of it where it is enough, and otherwise as equal as
 * can be, where what one does not want is shared among the others. At least 1 for each that wants any.
 */
export const fairShares = (wanted: readonly number[], whole: number): number[] => {
  const shares = wanted.map(() => 0)
  const byWish = wanted.map((_, index) => index).sort((a, b) => wanted[a]! - wanted[b]!)
  let left = whole
  for (const [place, index] of byWish.entries()) {
    const equal = Math.max(1, Math.ceil(left / (byWish.length - place)))
    shares[index] = Math.min(wanted[index]!, equal)
    left -= shares[index]!
  }
  return shares
}
