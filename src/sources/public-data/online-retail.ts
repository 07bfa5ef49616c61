/**
 * UCI Online Retail: the order lines of a British web shop, two years in two editions.
 *
 *   invoice of …                          orders      total
 *   C…, all quantities negative           REFUNDED    what was given back, positive
 *   A…, or any negative quantity or price ADJUSTED    signed
 *   the rest, also where it is free       PLACED
 *
 * An invoice is one event at its first line's time, read as UTC, in the market of its country. Line
 * totals come from the exact price, rounded to the penny each; `unitPriceMinor` is rounded itself,
 * so a line of many at a tenth of a penny may be worth more than its fields multiply to.
 *
 * A sale is a line of a PLACED order with a price. Where a sale's price is not that of the SKU's last
 * sale in the market, or is its first there, a `prices` event of the same instant precedes the order.
 * Free lines are samples and corrections of stock: they show no price, and so change none.
 */
import { type Order, type OrderLine, type OrderType, orders, prices } from '../../events.ts'
import { type Row, reading, readTable } from './csv-table.ts'
import { dataFile } from './data-files.ts'
import { minorOf, minorProduct } from './decimal.ts'
import { idOrNull, nameOf, wholeNumberOf } from './field-texts.ts'
import { type ImportedEvent, type Importer, imported } from './importer.ts'
import { americanInstantOf, instantOf } from './instants.ts'
import { groupInvoices, type Invoice, type InvoiceLine } from './online-retail-invoices.ts'
import { PriceList } from './online-retail-prices.ts'
import { lineWith, orderWith } from './records.ts'

const COLUMNS = [
  ['InvoiceNo', 'Invoice'],
  ['StockCode'],
  ['Quantity'],
  ['InvoiceDate'],
  ['UnitPrice', 'Price'],
  ['CustomerID', 'Customer ID'],
  ['Country'],
] as const

export const onlineRetail: Importer = {
  format: 'online-retail',
  description: 'Invoices of a British web shop, 2010 to 2011, with returns and corrections.',
  topics: [prices, orders],
  async *read(path) {
    const file = await dataFile(path, ['.csv'])
    const priceList = new PriceList()
    for await (const invoices of groupInvoices(linesOf(file))) {
      yield invoices.flatMap(invoice => eventsOf(invoice, priceList))
    }
  },
}

const linesOf = async function* (file: string): AsyncGenerator<readonly InvoiceLine[]> {
  for await (const rows of readTable(file, { columns: COLUMNS })) yield rows.map(lineOf)
}

const lineOf = (row: Row<typeof COLUMNS>): InvoiceLine =>
  reading(row, ([invoiceNo, sku, quantityText, time, unitPrice, customer, country]) => {
    const quantity = wholeNumberOf(quantityText)
    return {
      path: row.path,
      line: row.line,
      invoiceNo: nameOf(invoiceNo),
      at: time.includes('/') ? americanInstantOf(time) : instantOf(time),
      userId: idOrNull(customer),
      market: nameOf(country),
      sku: nameOf(sku),
      quantity,
      unitPriceMinor: minorOf(unitPrice),
      totalMinor: minorProduct(unitPrice, quantity),
    }
  })

const eventsOf = (invoice: Invoice, priceList: PriceList): ImportedEvent[] => {
  const order = orderOf(invoice)
  const changes = order.type === 'PLACED' ? priceList.changesOf(order) : []
  return [...changes.map(change => imported(prices, change)), imported(orders, order)]
}

const orderOf = ({ invoiceNo, at, userId, market, lines }: Invoice): Order => {
  const type = typeOf(invoiceNo, lines)
  const sign = type === 'REFUNDED' ? -1 : 1
  return orderWith({
    eventId: invoiceNo,
    occurredAt: at,
    orderId: invoiceNo,
    userId,
    type,
    market,
    currency: 'GBP',
    totalMinor: sign * lines.reduce((sum, line) => sum + line.totalMinor, 0) || 0,
    lines: lines.map(line => orderLineOf(line, sign)),
  })
}

const orderLineOf = (line: InvoiceLine, sign: 1 | -1): OrderLine =>
  lineWith({
    sku: line.sku,
    quantity: sign * line.quantity || 0,
    unitPriceMinor: line.unitPriceMinor,
  })

const typeOf = (invoiceNo: string, lines: readonly InvoiceLine[]): OrderType => {
  const priced = lines.every(line => line.unitPriceMinor >= 0)
  if (invoiceNo.startsWith('C') && priced && lines.every(line => line.quantity < 0)) {
    return 'REFUNDED'
  }
  const corrects = invoiceNo.startsWith('A') || invoiceNo.startsWith('C')
  return !corrects && priced && lines.every(line => line.quantity >= 0) ? 'PLACED' : 'ADJUSTED'
}
