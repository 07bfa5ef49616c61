/**
 * Online Retail's sales as the model learns from them, cut into times of one price in several ways. The
 * data tells a price with each sale and nothing in between, so when a price began is a matter of taste.
 */
import { days, type Instant } from '../../src/engine/time.ts'
import { type Bucket, observed } from '../../src/models/demand-bucket.ts'
import { meanOf, PRICE, sdOf } from '../../src/models/elasticity-beliefs.ts'
import { type Demand, NO_DEMAND, withSpan } from '../../src/models/elasticity-demand.ts'
import { type Evidence, evidenceOf, NO_EVIDENCE } from '../../src/models/elasticity-evidence.ts'
import { fitLevel, type LevelFit } from '../../src/models/elasticity-level.ts'
import { inOneGo } from '../../src/models/in-pieces.ts'
import type { Sale, Sales } from './retail-sales.ts'

/** What was sold at one price in a time. */
export interface Priced {
  readonly from: Instant
  readonly to: Instant
  readonly priceMinor: number
  readonly units: number
}

/** As the pipeline does: from the first sale at a price, or the day's beginning, to the next one's. */
export const cutAtSales = (sales: readonly Sale[]): Priced[] => cutWhere(sales, ({ at }) => at)

/** A price began half-way between the last sale at another and its own first one. */
export const cutBetweenSales = (sales: readonly Sale[]): Priced[] =>
  cutWhere(sales, ({ at }, before) => (before.at + at) / 2)

/** @param beginOf when the price of a sale began that was another before */
const cutWhere = (
  sales: readonly Sale[],
  beginOf: (sale: Sale, before: Sale) => Instant,
): Priced[] => {
  const cut: Priced[] = []
  let [from, units, before] = [sales[0]!.at, 0, sales[0]!]
  const end = (to: Instant): void => {
    cut.push({ from, to, priceMinor: before.priceMinor, units })
    from = to
    units = 0
  }
  const endDays = (until: Instant): void => {
    for (let midnight = dayAfter(from); midnight <= until; midnight = dayAfter(from)) end(midnight)
  }
  for (const sale of sales) {
    if (sale.priceMinor !== before.priceMinor) {
      const begin = beginOf(sale, before)
      endDays(begin)
      end(begin)
    }
    before = sale
    endDays(sale.at)
    units += sale.units
  }
  end(dayAfter(from))
  return cut
}

const dayAfter = (at: Instant): Instant => days(1) * (Math.floor(at / days(1)) + 1)

/** Equal times, each at the price at which most units were sold in it, or in the last that had any. */
export const cutEvery =
  (lengthMs: number) =>
  (sales: readonly Sale[]): Priced[] => {
    const sold = new Map<number, Sale[]>()
    for (const sale of sales) {
      const place = Math.floor(sale.at / lengthMs)
      sold.set(place, [...(sold.get(place) ?? []), sale])
    }
    const places = [...sold.keys()]
    const cut: Priced[] = []
    for (let place = places[0]!; place <= places.at(-1)!; place++) {
      const within = sold.get(place) ?? []
      const priceMinor = within.length === 0 ? cut.at(-1)!.priceMinor : usualPriceOf(within)
      const units = within.reduce((sum, sale) => sum + sale.units, 0)
      cut.push({ from: place * lengthMs, to: (place + 1) * lengthMs, priceMinor, units })
    }
    return cut
  }

const usualPriceOf = (sales: readonly Sale[]): number => {
  const units = new Map<number, number>()
  for (const { priceMinor, units: sold } of sales) {
    units.set(priceMinor, (units.get(priceMinor) ?? 0) + sold)
  }
  return [...units].sort(([, one], [, other]) => other - one)[0]![0]
}

/** The mean elasticity of all articles, from the prices of each that moved. */
export const levelOf = (
  sales: Sales,
  cut: (sales: readonly Sale[]) => readonly Priced[],
): LevelFit => {
  const told = [...sales.values()].map(each => learntFrom(cut(each)))
  return inOneGo(fitLevel(told.filter(({ precision }) => precision > 0).map(each => [each])))
}

const learntFrom = (priced: readonly Priced[]): Evidence => {
  let demand: Demand = NO_DEMAND
  for (const each of priced) {
    if (each.to <= each.from) continue
    const bucket = bucketOf(each, priced[0]!.priceMinor)
    demand = observed(withSpan(demand, bucket, true), bucket).demand
  }
  const { beliefs, priceChanges } = demand
  if (beliefs.length === 0 || priceChanges === 0) return NO_EVIDENCE
  return evidenceOf(meanOf(beliefs, PRICE), sdOf(beliefs, PRICE) ** 2)
}

const HOUR_MS = days(1) / 24

const bucketOf = ({ from, to, priceMinor, units }: Priced, referenceMinor: number): Bucket => ({
  from,
  to,
  units,
  views: 0,
  hours: (to - from) / HOUR_MS,
  price: {
    shownMinor: priceMinor,
    policyMinor: priceMinor,
    referenceMinor,
    isExperiment: false,
    isPromoted: false,
  },
  competitorMinor: null,
})
