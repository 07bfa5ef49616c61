/**
 * Dominick's orange juice: what each of 83 stores sold of 11 brands in a week, and at what price.
 *
 * Per store, brand and week, both at the beginning of the week:
 *
 *   prices   where the price is not that of the store's last week with this brand, or is the first
 *   orders   one PLACED of the week's packs, without a user
 *
 * The documentation calls `logmove` the log of units sold. Its exponential is a multiple of the
 * pack's ounces in every row, so the unit is an ounce, and packs are exp(logmove) / ounces. The
 * price is in dollars an ounce; a pack's is rounded to the cent.
 */
import { days, type Instant } from '../../engine/time.ts'
import { type Order, orders, type Price, prices } from '../../events.ts'
import { BrokenField, expected } from './broken-field.ts'
import { type Column, type Row, reading, readTable } from './csv-table.ts'
import { dataFile } from './data-files.ts'
import { minorProduct } from './decimal.ts'
import { nameOf, numberOf, wholeNumberOf } from './field-texts.ts'
import { type ImportedEvent, type Importer, imported } from './importer.ts'
import { inTimeOrder } from './in-time-order.ts'
import { lineWith, orderWith } from './records.ts'

/** Of a pack of each brand, from 1: two come in 96 oz, and the store's own in 128 oz as well. */
const PACK_OUNCES = [64, 96, 64, 64, 64, 96, 64, 64, 64, 64, 128] as const

const COLUMNS: readonly Column[] = [
  ['store'],
  ['brand'],
  ['week'],
  ['logmove'],
  ['deal'],
  ['feat'],
  ...PACK_OUNCES.map((_, index): Column => [`price${index + 1}`]),
]

/** The first day of week 1, a Thursday, by the data's manual. */
const FIRST_WEEK_AT = Date.UTC(1989, 8, 14)

export const orangeJuice: Importer = {
  format: 'orange-juice',
  description: 'Weekly sales and prices of 11 brands of orange juice in 83 stores.',
  topics: [prices, orders],
  read: path => inTimeOrder(path, weeks(path)),
}

const weeks = async function* (path: string): AsyncGenerator<readonly ImportedEvent[]> {
  const file = await dataFile(path, ['.csv'])
  const rows: Week[] = []
  for await (const batch of readTable(file, { columns: COLUMNS })) rows.push(...batch.map(weekOf))
  // A price has changed since the week before, so weeks must be in order before prices are.
  rows.sort((one, other) => one.at - other.at)
  yield withPrices(rows)
}

interface Week {
  readonly id: string
  readonly at: Instant
  readonly store: string
  readonly brand: string
  readonly packs: number
  readonly priceMinor: number
  readonly promotionId: string | null
}

const weekOf = (row: Row): Week =>
  reading(row, ([store, brand, week, logMove, deal, feature, ...ounceDollars]) => {
    const ounces = PACK_OUNCES[wholeNumberOf(brand!) - 1]
    if (ounces === undefined) throw expected('a brand from 1 to 11', brand!)
    return {
      id: `${nameOf(store!)}|${brand}|${week!.padStart(3, '0')}`,
      at: FIRST_WEEK_AT + days(7) * (wholeNumberOf(week!) - 1),
      store: nameOf(store!),
      brand: nameOf(brand!),
      packs: packsOf(numberOf(logMove!), ounces),
      priceMinor: minorProduct(ounceDollars[Number(brand) - 1]!, ounces),
      promotionId: promotionOf(numberOf(deal!), numberOf(feature!)),
    }
  })

const packsOf = (logMove: number, ounces: number): number => {
  const packs = Math.round(Math.exp(logMove) / ounces)
  if (packs < 2 ** 31) return packs
  throw new BrokenField(`expected the log of ounces sold, found ${logMove}`)
}

const promotionOf = (deal: number, feature: number): string | null => {
  if (deal > 0) return feature > 0 ? 'deal+feat' : 'deal'
  return feature > 0 ? 'feat' : null
}

const withPrices = (rows: readonly Week[]): ImportedEvent[] => {
  const lastPrice = new Map<string, number>()
  return rows.flatMap(week => {
    const place = `${week.store}|${week.brand}`
    const changed = lastPrice.get(place) !== week.priceMinor
    lastPrice.set(place, week.priceMinor)
    const order = imported(orders, orderOf(week))
    return changed ? [imported(prices, priceOf(week)), order] : [order]
  })
}

const priceOf = (week: Week): Price => ({
  eventId: week.id,
  occurredAt: week.at,
  sku: week.brand,
  market: week.store,
  currency: 'USD',
  policyPriceMinor: week.priceMinor,
  shownPriceMinor: week.priceMinor,
  reason: week.promotionId === null ? 'LIST' : 'PROMOTION',
  promotionId: week.promotionId,
})

const orderOf = (week: Week): Order =>
  orderWith({
    eventId: week.id,
    occurredAt: week.at,
    orderId: week.id,
    type: 'PLACED',
    market: week.store,
    currency: 'USD',
    totalMinor: week.packs * week.priceMinor,
    lines: [
      lineWith({
        sku: week.brand,
        quantity: week.packs,
        unitPriceMinor: week.priceMinor,
        promotionId: week.promotionId,
      }),
    ],
  })
