/**
 * CDNOW: all purchases of customers who first bought in early 1997, until mid-1998.
 *
 *   master_id sample_id date cds dollars      the sample, every tenth customer
 *   id                  date cds dollars      the master file
 *
 * One order per line, at noon UTC of its day. The user is the master id, which both files share.
 * Products are not named, so orders have no lines.
 */
import { hours } from '../../engine/time.ts'
import { type Order, orders } from '../../events.ts'
import { openBytes } from '../input-bytes.ts'
import { at, expected } from './broken-field.ts'
import { dataFile } from './data-files.ts'
import { minorOf } from './decimal.ts'
import { nameOf } from './field-texts.ts'
import { type ImportedEvent, type Importer, imported } from './importer.ts'
import { inTimeOrder } from './in-time-order.ts'
import { compactDayOf } from './instants.ts'
import { orderWith } from './records.ts'

export const cdnow: Importer = {
  format: 'cdnow',
  description: 'Purchases at an online CD shop, 1997 to 1998: one order per line.',
  topics: [orders],
  read: path => inTimeOrder(path, purchases(path)),
}

const purchases = async function* (path: string): AsyncGenerator<readonly ImportedEvent[]> {
  const file = await dataFile(path, ['.txt', '.csv'])
  for await (const lines of linesOf(file)) {
    yield lines.map(({ text, line }) =>
      imported(
        orders,
        at(file, line, () => orderOf(text, line)),
      ),
    )
  }
}

const orderOf = (text: string, line: number): Order => {
  const fields = text.trim().split(/\s+/)
  if (fields.length !== 4 && fields.length !== 5) {
    throw expected('master_id sample_id date cds dollars', text)
  }
  const [date, , dollars] = fields.slice(-3) as [string, string, string]
  const userId = nameOf(fields[0]!)
  // A customer may buy twice in a day, so only the line tells purchases apart.
  const orderId = `${userId}-${String(line).padStart(6, '0')}`
  return orderWith({
    eventId: orderId,
    occurredAt: compactDayOf(date) + hours(12),
    orderId,
    userId,
    type: 'PLACED',
    currency: 'USD',
    totalMinor: minorOf(dollars),
  })
}

interface TextLine {
  readonly text: string
  readonly line: number
}

/** Lines that are not blank, by their number from 1. */
const linesOf = async function* (path: string): AsyncGenerator<readonly TextLine[]> {
  const bytes = await openBytes(path)
  let line = 1
  let rest = ''
  try {
    for await (const block of bytes) {
      const texts = (rest + block.toString('latin1')).split('\n')
      rest = texts.pop()!
      yield texts.map(text => ({ text, line: line++ })).filter(({ text }) => text.trim() !== '')
    }
    if (rest.trim() !== '') yield [{ text: rest, line }]
  } finally {
    bytes.close()
  }
}
