/**
 * What a live run takes in, in rounds. A round reads ahead of every partition, then hands records on
 * by their heads, and ends before a partition that has more in the log would run out: so one round
 * is one merge, which is what the journal of a live run says of a commit.
 */
import type { Application } from '../../engine/application.ts'
import type { Arrival } from '../../engine/arrival.ts'
import { firstOfHeads, sourceBefore } from '../../engine/merge.ts'
import type { Log, Position, StoredRecord, TopicPartition } from '../../logs/log.ts'
import { arrivalOf } from '../../logs/stored-arrival.ts'

/** Read ahead of each partition; at most twice as many wait decoded in memory. */
const AHEAD = { recordsMax: 2_000, bytesMax: 2 * 1024 * 1024 }

interface Reading {
  readonly at: TopicPartition
  ahead: readonly Arrival[]
  place: number
  next: number
  /** Whether the log had no more when the round began. */
  isAtEnd: boolean
}

export class LiveReader {
  readonly #log: Log
  readonly #application: Application
  readonly #readings: readonly Reading[]
  readonly #heads: (Arrival | undefined)[]

  /** @param positions where each partition is read from */
  constructor(log: Log, application: Application, positions: readonly Position[]) {
    this.#log = log
    this.#application = application
    this.#readings = [...positions]
      .sort(sourceBefore)
      .map(({ next, ...at }) => ({ at, ahead: [], place: 0, next, isAtEnd: false }))
    this.#heads = this.#readings.map(() => undefined)
  }

  /** Reads on where half of what was read ahead is taken. */
  async readAhead(): Promise<void> {
    for (const [index, reading] of this.#readings.entries()) {
      reading.isAtEnd = false
      const left = reading.ahead.length - reading.place
      if (left > AHEAD.recordsMax / 2) continue
      const { records, atEnd } = await this.#log.read(reading.at, reading.next, AHEAD)
      reading.isAtEnd = atEnd
      if (records.length === 0) continue
      reading.ahead = [...reading.ahead.slice(reading.place), ...this.#arrivals(reading, records)]
      reading.place = 0
      reading.next = records.at(-1)!.offset + 1
      this.#heads[index] = reading.ahead[0]
    }
  }

  /** Hands up to `max` records to `take`, and returns how many. */
  takeRound(max: number, take: (arrival: Arrival) => void): number {
    for (let taken = 0; taken < max; taken++) {
      const index = firstOfHeads(this.#heads)
      if (index < 0) return taken
      const reading = this.#readings[index]!
      take(this.#heads[index]!)
      reading.place++
      this.#heads[index] = reading.ahead[reading.place]
      if (this.#heads[index] === undefined && !reading.isAtEnd) return taken + 1
    }
    return max
  }

  /** The partitions of which all is taken in that the log had when the round began. */
  get ended(): readonly TopicPartition[] {
    return this.#readings.filter(hasEnded).map(({ at }) => at)
  }

  get isAtEnd(): boolean {
    return this.#readings.every(hasEnded)
  }

  #arrivals({ at }: Reading, records: readonly StoredRecord[]): Arrival[] {
    return records
      .filter(({ value }) => value !== null)
      .map(record => arrivalOf(this.#application, at, record))
  }
}

const hasEnded = ({ ahead, place, isAtEnd }: Reading): boolean => isAtEnd && place === ahead.length
