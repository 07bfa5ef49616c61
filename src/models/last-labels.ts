/**
 * The last three labels of a place, as one small number that a cell keeps: a one in front, then a bit
 * for each label, the newest last. So 0b1 is no label, and 0b1011 is no fraud and then two frauds.
 */
export const NO_LABELS = 1
export const LAST_LABELS_MAX = 3

const FULL = 1 << LAST_LABELS_MAX

export const withLabel = (labels: number, isFraud: boolean): number => {
  const next = (labels << 1) | Number(isFraud)
  return next < 2 * FULL ? next : FULL | (next & (FULL - 1))
}

/** The newest fraud among them was none. */
export const withoutFraud = (labels: number): number =>
  (labels & (labels - 1)) === 0 ? labels : labels & (labels - 1)

/** How many of them said fraud; null where there is none. */
export const fraudsAmong = (labels: number): number | null => {
  if (labels <= NO_LABELS) return null
  let [frauds, left] = [0, labels]
  for (; left > 1; left >>= 1) frauds += left & 1
  return frauds
}
