/**
 * Counts that nobody can have meant: a quantity with a zero too many, or a number of an article in its
 * place. What is further above the expected than this is taken for a mistake, and learnt from as though it
 * were just there. With 5 units a day, which scatter as is usual, these are more than 440.
 */

/** What was to be expected: the Gamma distribution of the mean. */
interface Expected {
  readonly shape: number
  readonly rate: number
}

/** Standard deviations above what was expected, and units beside, as those of nothing are 0. */
const MISREAD_SDS = 100
const MISREAD_UNITS = 100

/** Of the units, those that can be believed. */
export const believedUnits = (units: number, { shape, rate }: Expected): number => {
  if (units <= MISREAD_UNITS) return units
  const mean = shape / rate
  const sd = Math.sqrt(mean + (mean * mean) / shape)
  return Math.min(units, Math.floor(mean + MISREAD_SDS * sd + MISREAD_UNITS))
}

/** None where all of them are believed. */
export const misreadReason = (
  units: number,
  believed: number,
  { shape, rate }: Expected,
): readonly { readonly code: string; readonly detail: string; readonly weight: number }[] => {
  if (believed === units) return []
  const expected = (shape / rate).toPrecision(2)
  const detail =
    `${units} units were ordered where ${Number(expected)} were to be expected, which is taken for a ` +
    `mistake: it counts as ${believed}, and says nothing of how demand scatters.`
  return [{ code: 'P_UNITS_MISREAD', detail, weight: 1 }]
}
