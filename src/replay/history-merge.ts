import type { Arrival } from '../engine/arrival.ts'
import type { RawRecord as EngineRecord } from '../engine/decoder.ts'
import { firstOfHeads } from '../engine/merge.ts'
import { formatIn } from '../engine/schema/topic-format.ts'
import { REDRIVEN_FOR } from '../logs/stored-arrival.ts'
import type { RecordStream } from '../sources/record-stream.ts'

/** Records read ahead of each stream. */
const AHEAD = 2_000

/**
 * A stream with the records that were read of it and not yet taken. They are decoded when their turn
 * comes: what is made of them is then used while it is fresh.
 */
interface Reading {
  readonly stream: RecordStream
  ahead: readonly Present[]
  place: number
  ended: boolean
}

/**
 * Several streams of history as one: k-way by their heads, so that each keeps its own order. It
 * waits only where a stream's records run out; in between, taking one is synchronous.
 */
export class HistoryMerge {
  readonly #readings: readonly Reading[]
  readonly #heads: (Arrival | undefined)[]
  readonly #decode: (raw: EngineRecord) => Arrival
  readonly #takenAtMs: number
  /** Whether a stream that may not have ended is without a head. */
  #isHungry = true

  /** @param takenAtMs stands for the log's timestamp: in history, when the run began */
  constructor(
    streams: readonly RecordStream[],
    decode: (raw: EngineRecord) => Arrival,
    takenAtMs: number,
  ) {
    this.#readings = streams.map(stream => ({ stream, ahead: [], place: 0, ended: false }))
    this.#heads = streams.map(() => undefined)
    this.#decode = decode
    this.#takenAtMs = takenAtMs
  }

  /** Hands up to `max` records to `take`; false at the end of all streams. */
  async next(max: number, take: (arrival: Arrival) => void): Promise<boolean> {
    for (let taken = 0; taken < max; taken++) {
      if (this.#isHungry) await this.#refill()
      const first = firstOfHeads(this.#heads)
      if (first < 0) return false
      const arrival = this.#heads[first]!
      this.#advance(first)
      take(arrival)
    }
    return true
  }

  #advance(index: number): void {
    const reading = this.#readings[index]!
    reading.place++
    this.#heads[index] = this.#headOf(reading)
    if (this.#heads[index] === undefined) this.#isHungry = true
  }

  /** Gives a head to every stream that has not ended. */
  async #refill(): Promise<void> {
    for (let index = 0; index < this.#readings.length; index++) {
      const reading = this.#readings[index]!
      while (this.#heads[index] === undefined && !reading.ended) {
        const records = await reading.stream.read(AHEAD)
        reading.ended = records.length === 0
        reading.ahead = records.filter(hasValue)
        reading.place = 0
        this.#heads[index] = this.#headOf(reading)
      }
    }
    this.#isHungry = false
  }

  #headOf({ stream, ahead, place }: Reading): Arrival | undefined {
    const record = ahead[place]
    if (record === undefined) return undefined
    const { topic, partition } = stream
    const { offset, key, value, headers } = record
    const redrivenFor = headers?.[REDRIVEN_FOR] ?? null
    // What was put back may be written in either, as in a live run.
    const format = formatIn(redrivenFor === null ? stream.format : 'auto', value)
    const timestampMs = this.#takenAtMs
    return this.#decode({ topic, partition, offset, timestampMs, key, format, value, redrivenFor })
  }
}

type Read = Awaited<ReturnType<RecordStream['read']>>[number]
type Present = Read & { readonly value: Buffer }

/** A tombstone says nothing that a pipeline could handle. */
const hasValue = (record: Read): record is Present => record.value !== null
