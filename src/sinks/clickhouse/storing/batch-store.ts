/**
 * Stores the batches of one partition, one after the other, each exactly once:
 *
 *   intent, letters, position so far  ->  the log, in one commit
 *   rows, under the intent's token    ->  ClickHouse, again and again until it answers
 *   position behind the range         ->  the log, with the next intent or by `settle`
 *
 * A crash anywhere leaves a pending intent at most, whose range is made again from the log and sent
 * under the same token. Where ClickHouse refuses a row, the range is halved, each half with an intent
 * of its own, until that row is alone; as one batch is one block, nothing of the refused range was
 * stored. What a materialized view refuses stops the sink: its table may have the range by then. Not
 * covered: an insert of unknown outcome whose table is changed so that it is refused next.
 *
 * ClickHouse forgets a token after so many others, and a process that slept does not know how many
 * there were. So an insert goes out only if the last commit shows that the partition was still this
 * sink's `provenForMs` ago; where none is that young, the position is committed once more, which the
 * log refuses once another has the partition.
 */
import { MillraceError } from '../../../engine/errors.ts'
import type { LogRecord, StoredRecord, TopicPartition } from '../../../logs/log.ts'
import type { RowEncoder } from '../rows/row-encoder.ts'
import { stopping, troubleText } from './faults.ts'
import { type Intent, intentRecord, tokenOf } from './intents.ts'
import { Proof } from './proof.ts'
import { fill, readRange } from './read-range.ts'
import { insertRetrying } from './retrying.ts'
import { SinkBatch } from './sink-batch.ts'
import type { SinkContext, SinkTrouble } from './sink-context.ts'
import { sinkLetter } from './sink-letters.ts'
import type { Standing } from './standing.ts'

/** So many rows of one batch may be refused by their table before it is the table that is wrong. */
export const REFUSED_ROWS_MAX = 100

/** A range is made again as it was, whatever the limits are now. */
const AS_IT_WAS = { rowsMax: Number.POSITIVE_INFINITY, bytesMax: Number.POSITIVE_INFINITY }

export class BatchStore {
  readonly at: TopicPartition
  readonly #context: SinkContext
  readonly #encoder: RowEncoder
  readonly #signal: AbortSignal
  readonly #standing: Standing
  readonly #proof: Proof
  #letteredTo: number
  #position: number
  #committed: number
  #refusedRows = 0
  #trouble: SinkTrouble | null = null

  constructor(
    context: SinkContext,
    at: TopicPartition,
    encoder: RowEncoder,
    standing: Standing,
    signal: AbortSignal,
  ) {
    this.#context = context
    this.at = at
    this.#encoder = encoder
    this.#standing = standing
    this.#signal = signal
    this.#proof = new Proof(context.provenForMs)
    this.#letteredTo = standing.letteredTo
    this.#position = standing.position
    this.#committed = standing.position
  }

  /** Everything below is stored, though the log may not know it yet. */
  get position(): number {
    return this.#position
  }

  /** The position as the log has it. */
  get committed(): number {
    return this.#committed
  }

  get trouble(): SinkTrouble | null {
    return this.#trouble
  }

  /** The intent whose outcome nobody knows. */
  get pending(): Intent | null {
    return this.#standing.pending
  }

  newBatch(limits = AS_IT_WAS): SinkBatch {
    return new SinkBatch(this.#encoder, this.at.partition, limits, this.#context.buffers.take())
  }

  /**
   * Sends the pending range once more. Fails with `INPUT_CHANGED` where it is not what it was, and
   * with `LOG_OFFSET_GONE` where its beginning was removed.
   */
  async resend(): Promise<void> {
    const { pending } = this
    if (pending === null) return
    const { first } = await this.#context.log.range(this.at)
    if (first > pending.from) throw cutOff(this.at, pending, first, this.#encoder.table)
    const records = await readRange(this.#context.log, this.at, pending.from, pending.to)
    const batch = this.newBatch()
    await fill(batch, records)
    if (!this.#standing.isCompacted) checkSame(this.at, pending, batch)
    this.#refusedRows = 0
    if (batch.rows > 0) await this.#send(batch, pending)
    this.#position = pending.to + 1
  }

  async store(batch: SinkBatch): Promise<void> {
    this.#refusedRows = 0
    await this.#store(batch)
    this.#context.buffers.giveBack(batch.buffer)
  }

  /** Writes the position by itself, where no intent will take it along soon. */
  async settle(): Promise<void> {
    if (this.#position > this.#committed) await this.#commit()
  }

  async #store(batch: SinkBatch): Promise<void> {
    const letters = this.#lettersOf(batch)
    if (batch.rows === 0) {
      this.#position = batch.to + 1
      if (letters.length > 0) await this.#commit(letters)
      return
    }
    const intent = this.#intentOf(batch)
    await this.#commit(letters, intentRecord(this.at, intent))
    this.#letteredTo = intent.letteredTo
    await this.#send(batch, intent)
  }

  /** Records of a range that was tried before have their letters. */
  #lettersOf(batch: SinkBatch): LogRecord[] {
    return batch.refused
      .filter(({ record }) => record.offset > this.#letteredTo)
      .map(refused => sinkLetter(this.at, refused))
  }

  #intentOf({ from, to, records, rows }: SinkBatch): Intent {
    const letteredTo = Math.max(to, this.#letteredTo)
    return { from, to, generation: this.#context.generation, records, rows, letteredTo }
  }

  async #commit(letters: readonly LogRecord[] = [], intent?: LogRecord): Promise<void> {
    const next = this.#position
    const request = { position: { ...this.at, next }, letters, ...(intent ? { intent } : {}) }
    await this.#proof.renew(() => this.#context.committer.commit(request))
    this.#committed = next
  }

  async #send(batch: SinkBatch, intent: Intent): Promise<void> {
    const beganAt = performance.now()
    const refusal = await this.#insert(batch, tokenOf(this.#context.applicationId, this.at, intent))
    if (refusal !== null) return this.#narrow(batch, refusal)
    this.#position = intent.to + 1
    const { from, to, rows, oldestTimestampMs, newestTimestampMs } = batch
    const { table } = this.#encoder
    const times = { oldestTimestampMs, newestTimestampMs, tookMs: performance.now() - beganAt }
    const bytes = batch.bytes.length
    this.#context.onStored({ ...this.at, table, from, to, rows, bytes, ...times })
  }

  async #insert({ bytes, rows }: SinkBatch, token: string): Promise<unknown> {
    const { destination, slots, backOff } = this.#context
    const { table, columns } = this.#encoder
    const signal = this.#signal
    const isTimely = () => this.#proof.isFresh
    const batch = { table, columns, bytes, rows, token, signal, isTimely }
    const insert = async () => {
      if (!isTimely()) await this.#commit()
      await destination.insert(batch)
    }
    const onRetry = this.#retrying.bind(this)
    try {
      return await insertRetrying(() => slots.run(table, signal, insert), {
        signal,
        backOff,
        onRetry,
      })
    } catch (error) {
      throw stopping(table, error)
    } finally {
      this.#trouble = null
    }
  }

  #retrying(error: unknown, attempts: number, retryInMs: number): void {
    const { table } = this.#encoder
    const since = this.#trouble?.since ?? Date.now()
    const text = troubleText(error)
    this.#trouble = { ...this.at, table, since, attempts, retryInMs, error: text }
    this.#context.onTrouble(this.#trouble)
  }

  /** One of these rows is refused: looks for it in either half, in what compaction has left. */
  async #narrow(refused: SinkBatch, refusal: unknown): Promise<void> {
    const records = await readRange(this.#context.log, this.at, refused.from, refused.to)
    if (refused.records === 1 && records.length === 1) return this.#refuse(records[0]!, refusal)
    const middle = records.length >> 1
    for (const half of [records.slice(0, middle), records.slice(middle)]) {
      if (half.length === 0) continue
      const batch = this.newBatch()
      await fill(batch, half)
      await this.#store(batch)
    }
    this.#position = refused.to + 1
  }

  async #refuse(record: StoredRecord, refusal: unknown): Promise<void> {
    const { table } = this.#encoder
    if (++this.#refusedRows > REFUSED_ROWS_MAX) throw tooManyRefused(table, refusal)
    const message =
      `Table ${table} does not take this row. ${troubleText(refusal)} ` +
      'Mend the record or the table, and redrive it.'
    const error = new MillraceError('ROW_REFUSED', message, { cause: refusal })
    const letter = sinkLetter(this.at, { record, error })
    this.#position = record.offset + 1
    await this.#commit([letter])
  }
}

const checkSame = (at: TopicPartition, pending: Intent, batch: SinkBatch): void => {
  const { records, rows, from, to } = pending
  if (batch.records === records && batch.rows === rows) return
  throw new MillraceError(
    'INPUT_CHANGED',
    `${at.topic} ${at.partition} was being stored from offset ${from} to ${to}, ${rows} rows of ` +
      `${records} records; now these are ${batch.rows} rows of ${batch.records} records. Bring ` +
      'the log back as it was, and the version that wrote it, or store the topic anew.',
  )
}

const cutOff = (
  { topic, partition }: TopicPartition,
  { from, to }: Intent,
  first: number,
  table: string,
): MillraceError =>
  new MillraceError(
    'LOG_OFFSET_GONE',
    `${topic} ${partition} was being stored from offset ${from} to ${to}, and the log has removed ` +
      `all below ${first} since: the range cannot be made again. Look whether table ${table} has ` +
      `rows of these offsets (all of them, or none): where it has, commit ${to + 1} as the group's ` +
      `position, else ${first}.`,
  )

const tooManyRefused = (table: string, refusal: unknown): MillraceError =>
  new MillraceError(
    'CLICKHOUSE_REFUSED',
    `Table ${table} refused more than ${REFUSED_ROWS_MAX} rows of one batch, so it is the table ` +
      `that does not fit. ${troubleText(refusal)} Mend the table, and start again: no row is lost.`,
    { cause: refusal },
  )
