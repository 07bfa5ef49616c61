/**
 * The rows of a range of offsets as they come over the wire, one at a time and in order of offset.
 * What is in memory is what arrived and was not read yet.
 *
 * An answer that breaks off must not pass for a short one: a server that fails in the middle writes
 * its error between the rows. So every row has to be one that was asked for, and the last one whole.
 */
import type { Readable } from 'node:stream'
import type { ClickHouseClient } from '@clickhouse/client'
import { MillraceError } from '../../../engine/errors.ts'
import { quoted } from '../quoted.ts'
import { offsetAt, partitionAt, type RowWalker } from '../rows/row-walker.ts'

export interface RowRange {
  readonly database: string
  readonly table: string
  readonly columns: readonly string[]
  readonly partition: number
  readonly from: number
  /** Not in it. */
  readonly to: number
}

export class TableRows {
  readonly #range: RowRange
  readonly #walker: RowWalker
  readonly #stream: Readable
  readonly #chunks: AsyncIterator<Buffer>
  bytes: Buffer = Buffer.alloc(0)
  /** Of the row it stands on, as places in `bytes`. */
  start = 0
  end = 0
  /** Of the row it stands on; Infinity after the last. */
  offset = Number.NEGATIVE_INFINITY

  constructor(range: RowRange, walker: RowWalker, stream: Readable) {
    this.#range = range
    this.#walker = walker
    this.#stream = stream
    this.#chunks = stream[Symbol.asyncIterator]()
  }

  /** Stands on the first row, if there is one. */
  static async open(client: ClickHouseClient, range: RowRange, walker: RowWalker) {
    const { stream } = await client.exec({ query: selectOf(range) })
    const rows = new TableRows(range, walker, stream)
    await rows.load()
    return rows
  }

  /** Moves to the next row; false where that has to be waited for, with `load`. */
  next(): boolean {
    const end = this.#walker.endOf(this.bytes, this.end)
    if (end < 0) return false
    this.start = this.end
    this.end = end
    this.offset = offsetAt(this.bytes, end)
    const { partition, from, to } = this.#range
    const isAskedFor = this.offset >= from && this.offset < to
    if (!isAskedFor || partitionAt(this.bytes, end) !== partition) throw this.#broken()
    return true
  }

  /** Waits for the next row, and moves to it. */
  async load(): Promise<void> {
    do {
      const { done, value } = await this.#chunks.next()
      if (done) return this.#finish()
      this.bytes = Buffer.concat([this.bytes.subarray(this.end), value])
      this.start = 0
      this.end = 0
    } while (!this.next())
  }

  close(): void {
    this.#stream.destroy()
  }

  #finish(): void {
    if (this.end < this.bytes.length) throw this.#broken()
    this.offset = Number.POSITIVE_INFINITY
  }

  #broken(): MillraceError {
    const said = /__exception__\s+\w+\s+(.*)/s.exec(this.bytes.toString('latin1'))?.[1]
    return new MillraceError(
      'CLICKHOUSE_UNAVAILABLE',
      `Reading ${this.#range.table} broke off after offset ${this.offset}` +
        `${said === undefined ? '' : `: ${said.slice(0, SAID_MAX)}`}. Try again.`,
    )
  }
}

const SAID_MAX = 300

const selectOf = ({ database, table, columns, partition, from, to }: RowRange): string =>
  `SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(database)}.${quoted(table)} ` +
  `WHERE _partition = ${partition} AND _offset >= ${from} AND _offset < ${to} ` +
  'ORDER BY _offset FORMAT RowBinary'
