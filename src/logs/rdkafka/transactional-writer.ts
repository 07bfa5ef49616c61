/**
 * Exactly once: each commit is one transaction, and positions are part of it.
 *
 *   begin -> records -> positions, with the group's member and generation -> commit
 *
 * The broker refuses a producer whose transactional id was taken over, and a member that the group
 * has put out. What can pass by itself is tried again with the same bytes: a broker that restarts, a
 * group that is being shared out anew. Every call of a transaction is watched, as the client's own
 * time-outs do not always hold: a handle whose call has not returned is dead, and says so.
 */
import type { KafkaConsumer, LibrdKafkaError, Producer } from 'node-rdkafka'
import { MillraceError } from '../../engine/errors.ts'
import type { KafkaConnection } from '../kafka/connection.ts'
import type { Append, Commit } from '../log.ts'
import { asked, isClosed } from './call-gate.ts'
import { disconnectClient, paused, within } from './client.ts'
import {
  CODES,
  codeOf,
  faultOf,
  fencedOut,
  isAccess,
  isGenerationMoved,
  isInvalidRecord,
  isMemberFenced,
  isProducerFenced,
} from './faults.ts'
import { produceAll } from './produce.ts'
import type { ConsumedBy, Writer, WriterLimits } from './writer.ts'

/** How much later than its time-out a call may return before the handle counts as hung. */
const GRACE_MS = 15_000
const BACKOFF_MS_MAX = 500

type Done = (error: LibrdKafkaError) => void

export class TransactionalWriter implements Writer {
  readonly #producer: Producer
  readonly #connection: KafkaConnection
  readonly #limits: WriterLimits
  #dead: MillraceError | null = null

  constructor(producer: Producer, connection: KafkaConnection, limits: WriterLimits) {
    this.#producer = producer
    this.#connection = connection
    this.#limits = limits
    producer.setPollInterval(20)
  }

  /** Takes over the transactional id: an open transaction of a predecessor is aborted. */
  async init(): Promise<void> {
    const { retryMs } = this.#limits
    await this.#insist(retryMs, done => this.#producer.initTransactions(this.#timeoutMs, done))
  }

  async write({ appends }: Commit, consumed: ConsumedBy | null): Promise<void> {
    if (this.#dead) throw this.#dead
    const beganMs = performance.now()
    for (let backoffMs = 10; ; backoffMs = Math.min(2 * backoffMs, BACKOFF_MS_MAX)) {
      try {
        return await this.#attempt(appends, consumed)
      } catch (error) {
        await this.#abort(error)
        this.#checkRepeatable(error, consumed, performance.now() - beganMs)
      }
      await paused(backoffMs)
    }
  }

  async #attempt(appends: readonly Append[], consumed: ConsumedBy | null): Promise<void> {
    const { retryMs } = this.#limits
    await this.#call(done => this.#producer.beginTransaction(done))
    await produceAll(this.#producer, appends)
    if (consumed && consumed.positions.length > 0) await this.#sendPositions(consumed)
    // A time-out leaves the outcome open; the client finds out when it is asked to commit again.
    await this.#insist(retryMs, done => this.#producer.commitTransaction(this.#timeoutMs, done))
  }

  async #sendPositions(consumed: ConsumedBy): Promise<void> {
    const offsets = consumed.positions.map(({ topic, partition, next }) => ({
      topic,
      partition,
      offset: next,
    }))
    const send = (done: Done): void =>
      this.#producer.sendOffsetsToTransaction(offsets, consumed.consumer, this.#timeoutMs, done)
    await this.#insist(this.#limits.retryMs, send, consumed.consumer)
    // A member that was put out may have joined anew, and would pass for one that is still in.
    if (await consumed.isLost()) throw fencedOut(`Group "${consumed.group}"`, 'others hold it')
  }

  /** Repeats the call while the client says that it may be repeated. */
  async #insist(
    retryMs: number,
    call: (done: Done) => void,
    consumer?: KafkaConsumer,
  ): Promise<void> {
    const untilMs = performance.now() + retryMs
    for (let backoffMs = 10; ; backoffMs = Math.min(2 * backoffMs, BACKOFF_MS_MAX)) {
      try {
        return await this.#call(call, consumer)
      } catch (error) {
        if (!isRepeatable(error) || performance.now() > untilMs) throw error
      }
      await paused(backoffMs)
    }
  }

  async #call(call: (done: Done) => void, consumer?: KafkaConsumer): Promise<void> {
    const returned = asked(consumer ? [this.#producer, consumer] : this.#producer, call)
    if (await within(this.#timeoutMs + GRACE_MS, returned)) return
    returned.catch(() => {})
    throw this.#die(hung(this.#timeoutMs + GRACE_MS))
  }

  /** After this the producer can begin again, or is dead. */
  async #abort(error: unknown): Promise<void> {
    if (this.#dead) throw this.#dead
    if (isProducerFenced(error)) throw this.#die(fencedOut('The transactional id', error))
    if ((error as LibrdKafkaError).isFatal) {
      throw this.#die(faultOf(this.#connection, 'a commit', error as LibrdKafkaError))
    }
    const abort = (done: Done): void => this.#producer.abortTransaction(this.#timeoutMs, done)
    try {
      await this.#insist(this.#limits.retryMs, abort)
    } catch (failed) {
      if (this.#dead) throw this.#dead
      if (isProducerFenced(failed)) throw this.#die(fencedOut('The transactional id', failed))
      // What the broker refused in the first place says more than that there is nothing to abort.
      const told = isAccess(error) ? error : failed
      throw this.#die(faultOf(this.#connection, 'a commit', told as LibrdKafkaError))
    }
  }

  #checkRepeatable(error: unknown, consumed: ConsumedBy | null, tookMs: number): void {
    if (error instanceof MillraceError) throw error
    const member = `The member of group "${consumed?.group}"`
    if (isMemberFenced(error) || isClosed(error)) throw fencedOut(member, error)
    if (isGenerationMoved(error)) {
      const { transactionTimeoutMs } = this.#limits
      if (tookMs > transactionTimeoutMs || !consumed?.mayRepeat()) throw fencedOut(member, error)
      return
    }
    const isFinal = isAccess(error) || isInvalidRecord(error) || tookMs > this.#limits.retryMs
    const isOurs = !(typeof (error as LibrdKafkaError).code === 'number')
    if (isOurs) throw error
    if (isFinal) throw faultOf(this.#connection, 'a commit', error as LibrdKafkaError)
  }

  #die(error: MillraceError): MillraceError {
    if (this.#dead === null) {
      this.#dead = error
      this.#limits.onFatal(error)
    }
    return this.#dead
  }

  get #timeoutMs(): number {
    return this.#limits.transactionTimeoutMs
  }

  close(): Promise<void> {
    return disconnectClient(this.#producer)
  }
}

const isRepeatable = (error: unknown): boolean => {
  const { isFatal, isTxnRequiresAbort, isRetriable } = error as LibrdKafkaError
  if (isFatal || isTxnRequiresAbort) return false
  return isRetriable === true || codeOf(error) === CODES.timedOut
}

const hung = (afterMs: number): MillraceError =>
  new MillraceError(
    'LOG_UNAVAILABLE',
    `Kafka has not answered a call of a transaction within ${afterMs} ms, so the outcome of the ` +
      'commit is open: the brokers decide it, and who begins anew from the last commit finds it decided.',
  )
