/**
 * Cuts what is known of an order into bins, which a scorer adds up: at most one of each feature, and of
 * some pairs of features that say more together.
 *
 *   amountZ:3            from 3 up to the next edge
 *   newDevice*devicesKnown:1,2
 *
 * A bin is named by where it begins, so that moving one edge leaves what was learnt of the others. What
 * is not known has no bin, and what is below the first edge has none either: that is the usual case,
 * whose weight is the base rate's.
 *
 * Bound: the edges make about 450 bins, and an order has 40 of them at most.
 */
import type { FraudFeature, FraudFeatures } from './fraud-score.ts'

/** Always there: what is learnt of it lifts or lowers all scores alike. */
export const BASE_BIN = 'base'

/** Steps of a fifth and less over each tenfold (the E12 series of preferred numbers). */
const E12 = [10, 12, 15, 18, 22, 27, 33, 39, 47, 56, 68, 82]
const amounts = [10, 100, 1_000, 10_000, 100_000].flatMap(unit => E12.map(step => step * unit))
const counts = [1, 2, 3, 4, 5, 6, 8, 10, 15, 20]
const users = [2, 3, 4, 5, 6, 8, 12]
/** Whether nothing but no-frauds is known is a bin of its own: from 0. */
const risks = [0, 0.0005, 0.001, 0.005, 0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 0.9]
const days = [0, 8, 9, 11, 14, 17, 20, 23, 26, 28, 29, 31, 35, 42, 90]

const SINGLES = {
  amountMinor: amounts,
  amountZ: [-1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 12],
  amountRatio: [0.25, 0.5, 0.75, 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 12],
  anomalyMass: [0.01, 0.1, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, 4],
  attempts10m: counts,
  attempts1h: counts,
  attempts24h: counts,
  attempts7d: [1, 2, 4, 8, 12, 16, 20, 25, 30, 40, 60],
  declines1h: counts,
  declines24h: counts,
  failedLogins1h: counts,
  deviceUsers24h: users,
  ipUsers24h: users,
  instrumentUsers24h: users,
  addressUsers30d: users,
  newMethod: [1],
  giftCard: [1],
  otherCurrency: [1],
  countriesDiffering: [1, 2],
  history: [0, 1, 3, 10, 30],
  userRisk: risks,
  instrumentRisk: risks,
  deviceRisk: risks,
  ipRisk: risks,
  addressRisk: risks,
  merchantRisk: risks,
  merchantRisk2d: risks,
  merchantLastFrauds: [0, 1, 2, 3],
  userFraudAgeDays: days,
  merchantFraudAgeDays: days,
  merchantOrders7d: [1, 3, 5, 8, 12, 20, 50, 200, 1_000],
  componentUsers: [2, 3, 4, 6, 10, 20, 50],
  componentRisk: risks,
  fraudHops: [1, 2],
} as const satisfies { readonly [K in FraudFeature]?: readonly number[] }

const PAIRS = {
  'amountZ*amountRatio': [[3, 4, 6, 9, 15], [3]],
  'amountZ*anomalyMass': [
    [1, 2, 3, 4, 6],
    [0, 0.05, 0.3, 0.75, 1.5],
  ],
  'amountRatio*anomalyMass': [
    [1.5, 2, 2.5, 3, 4],
    [0, 0.05, 0.3, 0.75, 1.5],
  ],
  'merchantRisk*merchantLastFrauds': [
    [0, 0.005, 0.05, 0.2, 0.5, 0.8],
    [0, 1, 2, 3],
  ],
  'merchantLastFrauds*merchantFraudAgeDays': [
    [0, 1, 2, 3],
    [0, 14, 21, 28, 35],
  ],
  'newDevice*devicesKnown': [[1], [1, 2, 4]],
  'newInstrument*instrumentsKnown': [[1], [1, 2, 4]],
  'newAddress*addressesKnown': [[1], [1, 2, 4]],
  'travelKph*travelKm': [[900, 2_000, 5_000], [100]],
  'refunds30d*refundShare30d': [
    [3, 4, 6, 10],
    [0.5, 0.8],
  ],
} as const satisfies Partial<
  Readonly<
    Record<`${FraudFeature}*${FraudFeature}`, readonly [readonly number[], readonly number[]]>
  >
>

/** What bins of one kind are of: a feature, two features, or all orders. */
export type BinKind = keyof typeof SINGLES | keyof typeof PAIRS | typeof BASE_BIN

export interface Bin {
  readonly name: string
  readonly kind: BinKind
  /** Where it begins, in each of its features. */
  readonly from: readonly number[]
}

interface Single {
  readonly feature: FraudFeature
  readonly edges: readonly number[]
  readonly bins: readonly Bin[]
}

interface Pair {
  readonly features: readonly [FraudFeature, FraudFeature]
  readonly edges: readonly [readonly number[], readonly number[]]
  /** By the edge of the first, and then of the second. */
  readonly bins: readonly (readonly Bin[])[]
}

const singles: readonly Single[] = Object.entries(SINGLES).map(([name, edges]) => ({
  feature: name as FraudFeature,
  edges,
  bins: edges.map(from => binFrom(name as BinKind, [from])),
}))

const pairs: readonly Pair[] = Object.entries(PAIRS).map(([name, edges]) => ({
  features: name.split('*') as [FraudFeature, FraudFeature],
  edges,
  bins: edges[0].map(first => edges[1].map(second => binFrom(name as BinKind, [first, second]))),
}))

function binFrom(kind: BinKind, from: readonly number[]): Bin {
  return { name: `${kind}:${from.join()}`, kind, from }
}

/** Every bin that there is. */
export const ALL_BINS: readonly Bin[] = [
  { name: BASE_BIN, kind: BASE_BIN, from: [] },
  ...singles.flatMap(({ bins }) => bins),
  ...pairs.flatMap(({ bins }) => bins.flat()),
]

export const binsOf = (features: FraudFeatures): string[] => {
  const names: string[] = [BASE_BIN]
  for (const { feature, edges, bins } of singles) {
    const level = levelOf(features[feature], edges)
    if (level >= 0) names.push(bins[level]!.name)
  }
  for (const { features: both, edges, bins } of pairs) {
    const first = levelOf(features[both[0]], edges[0])
    if (first < 0) continue
    const second = levelOf(features[both[1]], edges[1])
    if (second >= 0) names.push(bins[first]![second]!.name)
  }
  return names
}

/** The kind that a bin is of, also of one that this version no longer has. */
export const kindOf = (bin: string): string => {
  const kind = kinds.get(bin)
  if (kind !== undefined) return kind
  const end = bin.indexOf(':')
  return end < 0 ? bin : bin.slice(0, end)
}

const kinds: ReadonlyMap<string, string> = new Map(ALL_BINS.map(({ name, kind }) => [name, kind]))

/** The last edge at or below it; -1 where there is none. */
const levelOf = (known: number | null, edges: readonly number[]): number => {
  if (known === null) return -1
  let [low, high] = [0, edges.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= known) low = middle + 1
    else high = middle
  }
  return low - 1
}
