/** Judges one record after the other by the rows that its table has at its offset. */
import { isUtf8 } from 'node:buffer'
import type { MillraceError } from '../../../engine/errors.ts'
import type { StoredRecord } from '../../../logs/log.ts'
import { RowBuffer } from '../rows/row-buffer.ts'
import type { RowEncoder } from '../rows/row-encoder.ts'
import type { RowWalker } from '../rows/row-walker.ts'
import type { Findings, RowDifference } from './table-proof.ts'
import type { TableRows } from './table-rows.ts'

export class RecordJudge {
  readonly #encoder: RowEncoder
  readonly #walker: RowWalker
  readonly #findings: Findings
  readonly #partition: number
  /** Offsets for which the sink wrote a dead letter. */
  readonly #letters: ReadonlySet<number>
  readonly #expected = new RowBuffer()
  #record!: StoredRecord
  #refusal: MillraceError | null = null
  #copies = 0
  #isThere = false
  #column: string | null = null

  constructor(
    encoder: RowEncoder,
    walker: RowWalker,
    findings: Findings,
    partition: number,
    letters: ReadonlySet<number>,
  ) {
    this.#encoder = encoder
    this.#walker = walker
    this.#findings = findings
    this.#partition = partition
    this.#letters = letters
  }

  begin(record: StoredRecord, value: Buffer): void {
    const { offset, timestampMs } = record
    this.#record = record
    this.#copies = 0
    this.#isThere = false
    this.#column = null
    this.#expected.reset()
    const place = { partition: this.#partition, offset, timestampMs }
    this.#refusal = this.#encoder.append(this.#expected, value, place)
  }

  /** A row at the offset of the record. */
  row({ bytes, start, end }: TableRows): void {
    this.#copies++
    if (this.#isThere || this.#refusal !== null) return
    const expected = this.#expected.bytes()
    this.#isThere = expected.compare(bytes, start, end) === 0
    if (!this.#isThere) this.#column ??= this.#walker.differing(bytes, start, expected, 0)
  }

  /** After the last row at this offset. */
  end(): void {
    this.#findings.records++
    this.#findings.rows += this.#copies
    if (this.#copies === 0) this.#judgeAbsence()
    else if (this.#refusal !== null) this.#add('unexpected', this.#copies)
    else this.#judgeCopies()
  }

  #judgeCopies(): void {
    if (!this.#isThere) this.#add('different', 1, this.#column)
    if (this.#copies > 1) this.#add('doubled', this.#copies - 1)
  }

  #judgeAbsence(): void {
    if (this.#letters.has(this.#record.offset)) this.#findings.refused++
    else this.#add('missing', 1)
  }

  #add(what: RowDifference['what'], times: number, column: string | null = null): void {
    const { key, offset } = this.#record
    const difference = {
      partition: this.#partition,
      offset,
      what,
      key: key !== null && isUtf8(key) ? key.toString() : null,
      ...(column === null ? {} : { column }),
    }
    for (let left = times; left > 0; left--) this.#findings.add(difference)
  }
}
