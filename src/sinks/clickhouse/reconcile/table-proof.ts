/** What the comparison of a table with its topic found. */

export interface RowDifference {
  readonly partition: number
  readonly offset: number
  /** `unexpected`: a row whose record is not in the log, or cannot be a row. */
  readonly what: 'missing' | 'doubled' | 'different' | 'unexpected'
  /** Of the record, where it is text. */
  readonly key: string | null
  /** The first column that differs. */
  readonly column?: string
}

export interface TableProof {
  readonly table: string
  readonly topic: string
  /** In the log's retained ranges, up to where the sink has come; tombstones are none. */
  readonly records: number
  /** Rows of these ranges. With no difference, `records` is `rows` + `refused`. */
  readonly rows: number
  /** The first of each kind, in the order of partition and offset. */
  readonly missing: readonly RowDifference[]
  readonly doubled: readonly RowDifference[]
  readonly different: readonly RowDifference[]
  readonly unexpected: readonly RowDifference[]
  /** Records without a row that are dead letters of the sink. */
  readonly refused: number
  /** All of them, also those that are not listed. */
  readonly differences: number
  /** Offsets of the log that the sink has not acknowledged yet. */
  readonly pending: number
  /** Rows of records that the log has removed. They are not judged. */
  readonly rowsBeyondRetention: number
  /** Of a compacted topic: rows of records that a later one has replaced. They are not judged. */
  readonly rowsReplaced: number
}

/** A proof while it is being made. */
export class Findings {
  readonly #listed = {
    missing: [] as RowDifference[],
    doubled: [] as RowDifference[],
    different: [] as RowDifference[],
    unexpected: [] as RowDifference[],
  }
  readonly #differencesMax: number
  records = 0
  rows = 0
  refused = 0
  differences = 0
  pending = 0
  rowsBeyondRetention = 0
  rowsReplaced = 0

  /** @param differencesMax listed of each kind; all are counted */
  constructor(differencesMax: number) {
    this.#differencesMax = differencesMax
  }

  add(difference: RowDifference): void {
    this.differences++
    const listed = this.#listed[difference.what]
    if (listed.length < this.#differencesMax) listed.push(difference)
  }

  /** A row of which the log has no record. */
  addUnexpected(partition: number, offset: number): void {
    this.add({ partition, offset, what: 'unexpected', key: null })
  }

  /** A row of which the log has no record any more, there for the second time. */
  addDoubled(partition: number, offset: number): void {
    this.rows++
    this.add({ partition, offset, what: 'doubled', key: null })
  }

  proof(table: string, topic: string): TableProof {
    const { records, rows, refused, differences, pending } = this
    const { rowsBeyondRetention, rowsReplaced } = this
    const counts = { records, rows, refused, differences, pending, rowsBeyondRetention }
    return { table, topic, ...counts, rowsReplaced, ...this.#listed }
  }
}
