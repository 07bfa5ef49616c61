/** What a fetch brought of one partition, as stored records. */
import type { StoredRecord } from '../log.ts'

/** As kafkajs decodes them; its types leave half of it out. */
export interface FetchedMessage {
  readonly offset: string
  readonly timestamp: string
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Readonly<Record<string, HeaderValue | HeaderValue[]>>
  readonly isControlRecord?: boolean
  readonly batchContext: {
    readonly producerId: string
    readonly inTransaction: boolean
  }
}

type HeaderValue = Buffer | string

export interface FetchedPartition {
  readonly partition: number
  readonly highWatermark: string
  readonly lastStableOffset: string
  readonly abortedTransactions: readonly AbortedTransaction[] | null
  readonly messages: readonly FetchedMessage[]
}

interface AbortedTransaction {
  readonly producerId: string
  readonly firstOffset: string
}

/** Records from `from` on, without markers and what was aborted. A fetch may begin earlier. */
export const recordsOf = (fetched: FetchedPartition, from: number): StoredRecord[] => {
  const aborted = new AbortedMessages(fetched.abortedTransactions ?? [])
  const records: StoredRecord[] = []
  for (const message of fetched.messages) {
    const hidden = aborted.hides(message)
    if (hidden || Number(message.offset) < from) continue
    records.push(recordOf(message))
  }
  return records
}

const recordOf = (message: FetchedMessage): StoredRecord => {
  const { offset, timestamp, key, value, headers } = message
  const record = { offset: Number(offset), timestampMs: Number(timestamp), key, value }
  return headers && hasAny(headers) ? { ...record, headers: textsOf(headers) } : record
}

const hasAny = (headers: object): boolean => {
  for (const _ in headers) return true
  return false
}

/** Where a name comes twice, the last counts. */
const textsOf = (headers: NonNullable<FetchedMessage['headers']>): Record<string, string> => {
  const texts: Record<string, string> = {}
  for (const name in headers) {
    const value = headers[name]!
    const last = Array.isArray(value) ? value.at(-1) : value
    texts[name] = last === undefined || last === null ? '' : last.toString()
  }
  return texts
}

/**
 * Which messages belong to aborted transactions: from the first offset of one on, all of its
 * producer's, up to the marker that ends it.
 */
class AbortedMessages {
  readonly #ahead: AbortedTransaction[]
  readonly #aborting = new Set<string>()

  constructor(transactions: readonly AbortedTransaction[]) {
    this.#ahead = [...transactions].sort((a, b) => Number(a.firstOffset) - Number(b.firstOffset))
  }

  hides({ offset, isControlRecord, batchContext }: FetchedMessage): boolean {
    while (this.#ahead.length > 0 && Number(offset) >= Number(this.#ahead[0]!.firstOffset)) {
      this.#aborting.add(this.#ahead.shift()!.producerId)
    }
    if (isControlRecord) {
      this.#aborting.delete(batchContext.producerId)
      return true
    }
    return batchContext.inTransaction && this.#aborting.has(batchContext.producerId)
  }
}
