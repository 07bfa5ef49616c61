/**
 * The moment in [from, until) at which a value becomes what it is at the end, or null where it is the
 * same as just before `from`. Found by halving, so it takes about 20 looks in a slot of minutes.
 */
export const turnIn = <T>(
  valueAt: (at: number) => T,
  from: number,
  until: number,
): number | null => {
  const last = valueAt(until - 1)
  if (valueAt(from - 1) === last) return null
  let before = from - 1
  let after = until - 1
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2)
    if (valueAt(middle) === last) after = middle
    else before = middle
  }
  return after
}
