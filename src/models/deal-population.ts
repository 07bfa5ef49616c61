/**
 * How a population deals with deals, in whole numbers that people join and leave; `deal-prior.ts`
 * fits its model to them.
 *
 * People are counted by bands of exposure, each half a unit of log-odds wide, so that buying what one
 * is shown is not taken for a difference between people. Sums of whole numbers merge by adding, in
 * whichever order. Bound: 13 bands of 6 sums. The sums are changed in place.
 */
export interface DealPopulation {
  /** Per band: people, and the sums of n, k, n (n - 1), k (n - 1), k (k - 1): n purchases, k on a deal. */
  sums: number[]
}

/** What one person did. */
export interface Dealings {
  readonly purchases: number
  readonly dealPurchases: number
  /** Products looked at, and how many of them were on a deal at that time. */
  readonly views: number
  readonly dealViews: number
}

const BAND_WIDTH = 0.5
const BAND_MAX = 6
const BANDS = 2 * BAND_MAX + 1
const SUMS = 6

/** With fewer views it is not known what somebody was shown. */
export const DEAL_VIEWS_MIN = 20
/** Who buys more often than this is a business: one alone would outweigh thousands of people. */
export const DEAL_PURCHASES_MAX = 64

export const noDealings = (): DealPopulation => ({
  sums: Array.from({ length: BANDS * SUMS }, () => 0),
})

/** The share of views that were on a deal, as log-odds; a view of four on a deal counts beforehand. */
export const exposureOf = ({ views, dealViews }: Dealings): number =>
  Math.log((dealViews + 1) / (views - dealViews + 3))

/** Counts a person. To count changed dealings, first take the former ones out. */
export const joinDealings = (population: DealPopulation, dealings: Dealings): void =>
  countDealings(population, dealings, 1)

/** Takes a person out who was counted with these very dealings. Throws where nobody such can be in it. */
export const leaveDealings = (population: DealPopulation, dealings: Dealings): void =>
  countDealings(population, dealings, -1)

export const mergeDealings = ({ sums }: DealPopulation, other: Readonly<DealPopulation>): void => {
  for (let at = 0; at < sums.length; at++) sums[at]! += other.sums[at]!
}

const countDealings = ({ sums }: DealPopulation, dealings: Dealings, by: 1 | -1): void => {
  checkDealings(dealings)
  const { purchases, dealPurchases, views } = dealings
  if (views < DEAL_VIEWS_MIN || purchases === 0 || purchases > DEAL_PURCHASES_MAX) return
  const at = SUMS * (bandOf(exposureOf(dealings)) + BAND_MAX)
  if (sums[at + 1]! + by * purchases < 0) throw neverCounted(dealings)
  // Only who bought twice tells anything of how alike people are.
  sums[at]! += purchases > 1 ? by : 0
  sums[at + 1]! += by * purchases
  sums[at + 2]! += by * dealPurchases
  sums[at + 3]! += by * purchases * (purchases - 1)
  sums[at + 4]! += by * dealPurchases * (purchases - 1)
  sums[at + 5]! += by * dealPurchases * (dealPurchases - 1)
}

const bandOf = (exposure: number): number =>
  Math.min(Math.max(Math.round(exposure / BAND_WIDTH), -BAND_MAX), BAND_MAX)

const neverCounted = ({ purchases }: Dealings): RangeError =>
  new RangeError(
    `Nobody with ${purchases} purchases can leave: there are fewer in the population. ` +
      'Let people leave with the dealings that they joined with.',
  )

/** Throws for counts that are no part and whole. */
export const checkDealings = (dealings: Dealings): void => {
  const { purchases, dealPurchases, views, dealViews } = dealings
  const isCounted = [purchases, dealPurchases, views, dealViews].every(Number.isSafeInteger)
  if (isCounted && isShare(dealPurchases, purchases) && isShare(dealViews, views)) return
  throw new RangeError(
    `Of ${purchases} purchases ${dealPurchases}, and of ${views} views ${dealViews} were on a deal: ` +
      'these are no counts of a part and a whole.',
  )
}

const isShare = (part: number, whole: number): boolean => part >= 0 && part <= whole

/** The sums of one band. */
export interface Band {
  readonly exposure: number
  readonly people: number
  readonly purchases: number
  readonly dealPurchases: number
  /** Ordered pairs of two purchases of one person: of any, with the first on a deal, with both. */
  readonly pairs: number
  readonly halfDealPairs: number
  readonly dealPairs: number
}

/** The bands, lowest exposure first. */
export const bandsIn = ({ sums }: Readonly<DealPopulation>): Band[] =>
  Array.from({ length: BANDS }, (_, band) => ({
    exposure: (band - BAND_MAX) * BAND_WIDTH,
    people: sums[SUMS * band]!,
    purchases: sums[SUMS * band + 1]!,
    dealPurchases: sums[SUMS * band + 2]!,
    pairs: sums[SUMS * band + 3]!,
    halfDealPairs: sums[SUMS * band + 4]!,
    dealPairs: sums[SUMS * band + 5]!,
  }))
