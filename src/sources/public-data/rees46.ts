/**
 * REES46: the clickstream of a shop with many categories.
 *
 *   view, cart, remove_from_cart  ->  clickstream: PRODUCT_VIEW, ADD_TO_CART, REMOVE_FROM_CART
 *   purchase                      ->  orders: PLACED, with the one product of its line
 *
 * The data knows its users from their first click, so the visitor and the user are the same id;
 * `user_session` is the session. Lines have no id, so their number is one: some lines are there
 * twice. The data has no unknown price but writes 0.00 where it knows none; in a click that is null.
 */
import { type Click, clickstream, type Order, orders } from '../../events.ts'
import { expected } from './broken-field.ts'
import { type Row, reading, readTable } from './csv-table.ts'
import { dataFile } from './data-files.ts'
import { minorOf } from './decimal.ts'
import { nameOf } from './field-texts.ts'
import { type ImportedEvent, type Importer, imported } from './importer.ts'
import { instantOf } from './instants.ts'
import { clickWith, lineWith, orderWith } from './records.ts'

const COLUMNS = [
  ['event_time'],
  ['event_type'],
  ['product_id'],
  ['category_code'],
  ['price'],
  ['user_id'],
  ['user_session'],
] as const

const CLICKS = {
  view: 'PRODUCT_VIEW',
  cart: 'ADD_TO_CART',
  remove_from_cart: 'REMOVE_FROM_CART',
} as const

export const rees46: Importer = {
  format: 'rees46',
  description: 'Views, carts and purchases in a shop with many categories.',
  topics: [clickstream, orders],
  async *read(path, note) {
    const file = await dataFile(path, ['.csv'])
    // What is handed around is the beginning of a large file, cut off by size.
    const cutOff = (line: number) =>
      note?.(`${file}:${line} is cut off in the middle, as the end of an excerpt; it is left out.`)
    for await (const rows of readTable(file, { columns: COLUMNS, cutOff })) yield rows.map(eventOf)
  },
}

const eventOf = (row: Row<typeof COLUMNS>): ImportedEvent =>
  reading(row, ([time, type, product, category, price, user, session]) => {
    const line: ShopLine = {
      eventId: `line-${String(row.line).padStart(8, '0')}`,
      occurredAt: instantOf(time),
      sku: nameOf(product),
      category: category.trim() || null,
      priceMinor: price.trim() === '' ? 0 : minorOf(price),
      userId: nameOf(user),
      sessionId: session.trim() || null,
    }
    if (type === 'purchase') return imported(orders, orderOf(line))
    return imported(clickstream, clickOf(line, clickType(type)))
  })

interface ShopLine {
  readonly eventId: string
  readonly occurredAt: number
  readonly sku: string
  readonly category: string | null
  readonly priceMinor: number
  readonly userId: string
  readonly sessionId: string | null
}

const clickOf = (line: ShopLine, type: Click['type']): Click =>
  clickWith({
    eventId: line.eventId,
    occurredAt: line.occurredAt,
    visitorId: line.userId,
    userId: line.userId,
    sessionId: line.sessionId,
    type,
    sku: line.sku,
    category: line.category,
    priceMinor: line.priceMinor === 0 ? null : line.priceMinor,
    currency: line.priceMinor === 0 ? null : 'USD',
  })

const orderOf = (line: ShopLine): Order =>
  orderWith({
    eventId: line.eventId,
    occurredAt: line.occurredAt,
    orderId: line.eventId,
    userId: line.userId,
    visitorId: line.userId,
    type: 'PLACED',
    currency: 'USD',
    totalMinor: line.priceMinor,
    lines: [
      lineWith({
        sku: line.sku,
        category: line.category,
        quantity: 1,
        unitPriceMinor: line.priceMinor,
      }),
    ],
  })

const clickType = (text: string): Click['type'] => {
  if (text in CLICKS) return CLICKS[text as keyof typeof CLICKS]
  throw expected('event_type to be view, cart, remove_from_cart or purchase', text)
}
