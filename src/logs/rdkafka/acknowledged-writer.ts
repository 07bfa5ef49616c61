/**
 * At least once, without transactions. The last append of a commit is written after all others are
 * acknowledged, and positions move after that: whoever reads the last append finds the others there.
 */
import type { LibrdKafkaError, Producer } from 'node-rdkafka'
import type { KafkaConnection } from '../kafka/connection.ts'
import type { Append, Commit } from '../log.ts'
import { asked, ifOpen } from './call-gate.ts'
import { disconnectClient, paused } from './client.ts'
import { faultOf, fencedOut, isGenerationMoved, isMemberFenced } from './faults.ts'
import { produceAll } from './produce.ts'
import type { ConsumedBy, Writer, WriterLimits } from './writer.ts'

/** Acknowledgements take some ms; nobody is told of them sooner than the flush is asked anew. */
const FLUSH_PATIENCE_MS = 20
const FLUSH_WAIT_MS_MAX = 500

export class AcknowledgedWriter implements Writer {
  readonly #producer: Producer
  readonly #connection: KafkaConnection
  readonly #limits: WriterLimits
  /** Of records since the last flush; reports of records that went well are not asked for. */
  #failed: LibrdKafkaError | null = null

  constructor(producer: Producer, connection: KafkaConnection, limits: WriterLimits) {
    this.#producer = producer
    this.#connection = connection
    this.#limits = limits
    producer.on('delivery-report', error => {
      if (error) this.#failed ??= error
    })
    producer.setPollInterval(20)
  }

  async write(commit: Commit, consumed: ConsumedBy | null): Promise<void> {
    const { appends, areIndependent = false } = commit
    const together = areIndependent ? appends.length : appends.length - 1
    try {
      await this.#deliver(appends.slice(0, together))
      await this.#deliver(appends.slice(together))
    } catch (error) {
      throw faultOf(this.#connection, 'a commit', error as LibrdKafkaError)
    }
    if (consumed && consumed.positions.length > 0) await this.#move(consumed)
  }

  async #deliver(appends: readonly Append[]): Promise<void> {
    if (appends.every(({ records }) => records.length === 0)) return
    this.#failed = null
    await produceAll(this.#producer, appends)
    await this.#flushed()
    // Reports that came with the flush are handed over in the next turn of the event loop: of two
    // immediates, the second comes after it.
    ifOpen(this.#producer, () => this.#producer.poll())
    await turned()
    await turned()
    if (this.#failed) throw this.#failed
  }

  /**
   * The client sees only every 10 ms whether all is acknowledged, unless it is asked anew; and being
   * asked makes it send at once what lingers.
   */
  async #flushed(): Promise<void> {
    const beganMs = performance.now()
    const untilMs = beganMs + this.#limits.retryMs + 5_000
    for (let waitMs = 1; ; waitMs = this.#nextWaitMs(waitMs, beganMs)) {
      try {
        return await asked(this.#producer, done => this.#producer.flush(waitMs, done))
      } catch (error) {
        if (!isTimeOut(error) || performance.now() > untilMs) throw error
      }
    }
  }

  #nextWaitMs(waitMs: number, beganMs: number): number {
    if (performance.now() < beganMs + FLUSH_PATIENCE_MS) return waitMs
    return Math.min(2 * waitMs, FLUSH_WAIT_MS_MAX)
  }

  async #move({ group, consumer, commits, positions, mayRepeat }: ConsumedBy): Promise<void> {
    const untilMs = performance.now() + this.#limits.transactionTimeoutMs
    for (;;) {
      try {
        return await commits.commit(consumer, positions)
      } catch (error) {
        const mayWait = isGenerationMoved(error) && mayRepeat() && performance.now() < untilMs
        if (!mayWait) throw this.#refused(group, error)
      }
      await paused(50)
    }
  }

  #refused(group: string, error: unknown): Error {
    if (isMemberFenced(error) || isGenerationMoved(error)) {
      return fencedOut(`The member of group "${group}"`, error)
    }
    return faultOf(this.#connection, `positions of group "${group}"`, error as LibrdKafkaError)
  }

  close(): Promise<void> {
    return disconnectClient(this.#producer)
  }
}

const turned = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** The binding hands on the text alone. */
const isTimeOut = (error: unknown): boolean => /timed out/i.test((error as Error).message)
