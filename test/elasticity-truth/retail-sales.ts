/** What Online Retail sold of each article, and what is peculiar about its prices. */
import type { Instant } from '../../src/engine/time.ts'
import type { Order } from '../../src/events.ts'
import type { ImportedEvent } from '../../src/sources/public-data/importer.ts'
import { salesIn } from './best-sellers.ts'

/** A line of an order. */
export interface Sale {
  readonly at: Instant
  readonly priceMinor: number
  readonly units: number
  /** Null: a buyer without a number. */
  readonly userId: string | null
}

/** Of each article, in the order of time. */
export type Sales = ReadonlyMap<string, readonly Sale[]>

export const salesOf = (events: readonly ImportedEvent[]): Sales => {
  const sales = new Map<string, Sale[]>()
  for (const event of events) {
    const { occurredAt: at, userId } = event.record as Order
    for (const { sku, unitPriceMinor: priceMinor, quantity: units } of salesIn(event)) {
      const known = sales.get(sku) ?? []
      sales.set(sku, known)
      known.push({ at, priceMinor, units, userId })
    }
  }
  return sales
}

/** As though each line were of one unit: how many lines there are, and not how large they are. */
export const ofLines = (sales: Sales): Sales => mapped(sales, sale => ({ ...sale, units: 1 }))

const mapped = (sales: Sales, change: (sale: Sale) => Sale): Sales =>
  new Map([...sales].map(([sku, each]) => [sku, each.map(change)]))

/** How often an article's price moved from one sale to the next, and how often back to the one before. */
export const changesIn = (sales: Sales) => {
  let [moves, back] = [0, 0]
  for (const each of sales.values()) {
    let [before, last] = [0, each[0]!.priceMinor]
    for (const { priceMinor } of each) {
      if (priceMinor === last) continue
      moves += 1
      if (priceMinor === before) back += 1
      before = last
      last = priceMinor
    }
  }
  return { moves, back }
}

export interface List {
  readonly lines: number
  readonly units: number
}

/** Sales to buyers with a number and without, and how much more the latter paid, in the median article. */
export const listsIn = (sales: Sales) => {
  const all = [...sales.values()]
  const ratios = all.flatMap(each => {
    const [numbered, others] = [each.filter(hasNumber), each.filter(sale => !hasNumber(sale))]
    return Math.min(numbered.length, others.length) < FEW ? [] : [usual(others) / usual(numbered)]
  })
  return {
    numbered: listOf(all.flatMap(each => each.filter(hasNumber))),
    others: listOf(all.flatMap(each => each.filter(sale => !hasNumber(sale)))),
    ratio: medianOf(ratios),
  }
}

const FEW = 10
const hasNumber = ({ userId }: Sale): boolean => userId !== null

const listOf = (sales: readonly Sale[]): List => ({
  lines: sales.length,
  units: sales.reduce((sum, { units }) => sum + units, 0),
})

const usual = (sales: readonly Sale[]): number => medianOf(sales.map(sale => sale.priceMinor))

const medianOf = (values: readonly number[]): number =>
  [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)]!
