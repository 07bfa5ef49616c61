/**
 * Fraud Detection Handbook: simulated card transactions, each with whether it was fraud.
 *
 * A transaction is an order of its customer at its terminal. Whether it was fraud becomes known
 * exactly seven days later: as a chargeback, or because the time to complain has passed.
 */
import { days } from '../../engine/time.ts'
import { type FraudLabel, fraudLabels, type Order, orders } from '../../events.ts'
import { expected } from './broken-field.ts'
import { type Row, reading, readTable } from './csv-table.ts'
import { dataFile } from './data-files.ts'
import { minorOf } from './decimal.ts'
import { nameOf } from './field-texts.ts'
import { type ImportedEvent, type Importer, imported } from './importer.ts'
import { instantOf } from './instants.ts'
import { orderWith } from './records.ts'

const COLUMNS = [
  ['TRANSACTION_ID'],
  ['TX_DATETIME'],
  ['CUSTOMER_ID'],
  ['TERMINAL_ID'],
  ['TX_AMOUNT'],
  ['TX_FRAUD'],
] as const

const LABEL_DELAY_MS = days(7)

export const fraudHandbook: Importer = {
  format: 'fraud-handbook',
  description: 'Simulated card transactions with fraud labels, which come seven days later.',
  topics: [orders, fraudLabels],
  async *read(path) {
    const file = await dataFile(path, ['.csv'])
    for await (const rows of readTable(file, { columns: COLUMNS })) yield rows.flatMap(eventsOf)
  },
}

const eventsOf = (row: Row<typeof COLUMNS>): ImportedEvent[] =>
  reading(row, ([id, time, customer, terminal, amount, fraud]) => {
    const order: Order = orderWith({
      eventId: nameOf(id),
      occurredAt: instantOf(time),
      orderId: nameOf(id),
      userId: nameOf(customer),
      type: 'PLACED',
      merchantId: nameOf(terminal),
      currency: 'EUR',
      totalMinor: minorOf(amount),
    })
    return [imported(orders, order), imported(fraudLabels, labelOf(order, isFraud(fraud)))]
  })

const labelOf = (order: Order, fraud: boolean): FraudLabel => ({
  eventId: `label-${order.orderId}`,
  occurredAt: order.occurredAt + LABEL_DELAY_MS,
  orderId: order.orderId,
  isFraud: fraud,
  source: fraud ? 'CHARGEBACK' : 'EXPIRED',
})

const isFraud = (text: string): boolean => {
  if (text !== '0' && text !== '1') throw expected('TX_FRAUD to be 0 or 1', text)
  return text === '1'
}
