/** Lines put together to the invoices they are of, in the order in which invoices begin. */
import type { Instant } from '../../engine/time.ts'
import { brokenLine } from './broken-field.ts'

export interface InvoiceLine {
  readonly path: string
  readonly line: number
  readonly invoiceNo: string
  readonly at: Instant
  readonly userId: string | null
  readonly market: string
  readonly sku: string
  readonly quantity: number
  readonly unitPriceMinor: number
  /** Of the exact unit price, rounded to the penny. */
  readonly totalMinor: number
}

/** `at`, `userId` and `market` are those of its first line. */
export interface Invoice {
  readonly invoiceNo: string
  readonly at: Instant
  readonly userId: string | null
  readonly market: string
  readonly lines: readonly InvoiceLine[]
}

/**
 * The lines of an invoice may be split by those of others that were written at the same time. So an
 * invoice stays open until this many others have begun; a line that comes later still is an error.
 */
const OPEN_INVOICES_MAX = 1_000

export const groupInvoices = async function* (
  batches: AsyncIterable<readonly InvoiceLine[]>,
): AsyncGenerator<readonly Invoice[]> {
  const open = new Map<string, InvoiceLine[]>()
  const closed = new Set<string>()
  for await (const batch of batches) {
    for (const line of batch) put(line, open, closed)
    yield closeOldest(open, closed, OPEN_INVOICES_MAX)
  }
  yield closeOldest(open, closed, 0)
}

const put = (
  line: InvoiceLine,
  open: Map<string, InvoiceLine[]>,
  closed: ReadonlySet<string>,
): void => {
  const lines = open.get(line.invoiceNo)
  if (lines) lines.push(line)
  else if (!closed.has(line.invoiceNo)) open.set(line.invoiceNo, [line])
  else throw tornInvoice(line)
}

const closeOldest = (
  open: Map<string, InvoiceLine[]>,
  closed: Set<string>,
  openMax: number,
): Invoice[] => {
  const invoices: Invoice[] = []
  for (const [invoiceNo, lines] of open) {
    if (open.size <= openMax) break
    const { at, userId, market } = lines[0]!
    invoices.push({ invoiceNo, at, userId, market, lines })
    open.delete(invoiceNo)
    closed.add(invoiceNo)
  }
  return invoices
}

const tornInvoice = ({ path, line, invoiceNo }: InvoiceLine) =>
  brokenLine(
    path,
    line,
    `invoice ${invoiceNo} goes on here, more than ${OPEN_INVOICES_MAX} invoices after it began`,
  )
