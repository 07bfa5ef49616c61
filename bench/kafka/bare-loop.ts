/**
 * The least that a program on node-rdkafka must do: read, write something for each record, commit.
 * Nothing is decoded and nothing is computed. What we add is measured against it.
 */
import type rdkafka from 'node-rdkafka'
import {
  type Consumer,
  closed,
  flushed,
  type Message,
  openConsumer,
  openProducer,
  promised,
  taken,
} from './clients.ts'

export interface BareLoopOptions {
  readonly group: string
  readonly from: string
  readonly results: string
  /** Written in addition, in the transaction; null: at least once, without transactions. */
  readonly changelog: string | null
  readonly partitions: number
  /** Records of `from`, with which the loop ends. */
  readonly records: number
  readonly commitIntervalMs: number
  readonly commitRecords: number
  readonly result: Buffer
  readonly change: Buffer
  readonly headers: readonly Readonly<Record<string, string>>[]
  /** Called before the first record: from here on the loop is measured. */
  readonly onFirst: () => void
  /** Called behind the commit of the last one. */
  readonly onDone: () => void
}

const POLL_RECORDS = 1_000
const CALL_TIMEOUT_MS = 30_000

export const runBareLoop = async (options: BareLoopOptions): Promise<void> => {
  const consumer = await openConsumer(options.group, [options.from])
  const producer = await openProducer(options.changelog === null ? undefined : options.group)
  let first = await taken(consumer, 1)
  while (first.length === 0) first = await taken(consumer, 1)
  options.onFirst()
  await new BareLoop(options, consumer, producer).run(first)
  options.onDone()
  await closed(producer, consumer)
}

class BareLoop {
  readonly #options: BareLoopOptions
  readonly #consumer: Consumer
  readonly #producer: rdkafka.Producer
  readonly #next: number[]

  constructor(options: BareLoopOptions, consumer: Consumer, producer: rdkafka.Producer) {
    this.#options = options
    this.#consumer = consumer
    this.#producer = producer
    this.#next = new Array<number>(options.partitions).fill(-1)
  }

  async run(first: readonly Message[]): Promise<void> {
    const { records } = this.#options
    let batch = first
    for (let done = 0; done < records; batch = []) done += await this.#oneCommit(batch)
  }

  async #oneCommit(first: readonly Message[]): Promise<number> {
    const { commitIntervalMs, commitRecords, changelog } = this.#options
    if (changelog !== null) await promised(done => this.#producer.beginTransaction(done))
    const until = performance.now() + commitIntervalMs
    let count = this.#writeAll(first)
    while (count < commitRecords && performance.now() < until) {
      count += this.#writeAll(await taken(this.#consumer, Math.min(POLL_RECORDS, commitRecords)))
    }
    await (changelog === null ? this.#commitOffsets() : this.#commitTransaction())
    return count
  }

  #writeAll(batch: readonly Message[]): number {
    const { results, changelog, result, change, headers } = this.#options
    for (const { partition, offset, key } of batch) {
      this.#producer.produce(results, partition, result, key, null, null, headers as [])
      if (changelog !== null) this.#producer.produce(changelog, partition, change, key)
      this.#next[partition] = offset + 1
    }
    return batch.length
  }

  get #positions(): { topic: string; partition: number; offset: number }[] {
    return this.#next.flatMap((offset, partition) =>
      offset < 0 ? [] : [{ topic: this.#options.from, partition, offset }],
    )
  }

  async #commitOffsets(): Promise<void> {
    await flushed(this.#producer)
    this.#consumer.commitSync(this.#positions)
  }

  async #commitTransaction(): Promise<void> {
    await promised(done =>
      this.#producer.sendOffsetsToTransaction(
        this.#positions,
        this.#consumer,
        CALL_TIMEOUT_MS,
        error => done(error, null),
      ),
    )
    await promised(done => this.#producer.commitTransaction(CALL_TIMEOUT_MS, done))
  }
}
