import type { Arrival } from '../arrival.ts'
import type { SentParcel } from '../commit.ts'
import type { Delivery } from '../task/delivery.ts'
import {
  encodeParcel,
  type ForgottenIds,
  type SentAnswer,
  type SentDelivery,
  type SentRecord,
  type SentStanding,
} from './parcel.ts'

interface Draft {
  readonly records: SentRecord[]
  readonly deliveries: SentDelivery[]
  readonly answers: SentAnswer[]
  readonly forgotten: ForgottenIds[]
  /** The last record that was packed: the parts of one event follow one another. */
  latest: Arrival | null
}

/** What a slice has for the others since its last commit. */
export class Outbox {
  readonly #from: number
  readonly #count: number
  readonly #encode: (arrival: Arrival) => Buffer
  #drafts: (Draft | undefined)[] = []
  /** What was told of each pipeline, as text: the same is not told again. */
  #told = ''

  constructor(from: number, count: number, encode: (arrival: Arrival) => Buffer) {
    this.#from = from
    this.#count = count
    this.#encode = encode
  }

  get isEmpty(): boolean {
    return this.#drafts.length === 0
  }

  deliver(to: number, pipeline: string, delivery: Delivery, isLate: boolean): void {
    const { input, arrival, key, part } = delivery
    const draft = this.#draft(to)
    if (draft.latest !== arrival) {
      draft.records.push(this.#packed(arrival))
      draft.latest = arrival
    }
    const record = draft.records.length - 1
    const isRedriven = arrival.redrivenFor !== null
    const names = { pipeline, input: input.name, key, part: part ?? '' }
    draft.deliveries.push({ ...names, record, isLate, isRedriven })
  }

  answer(to: number, answer: SentAnswer): void {
    this.#draft(to).answers.push(answer)
  }

  forget(to: number, ids: ForgottenIds): void {
    this.#draft(to).forgotten.push(ids)
  }

  /** Takes all out. Where the sender has come further, every slice is told. */
  seal(standings: readonly SentStanding[]): SentParcel[] {
    const told = JSON.stringify(standings)
    const isNews = told !== this.#told
    this.#told = told
    const drafts = this.#drafts
    this.#drafts = []
    const parcels: SentParcel[] = []
    for (let to = 0; to < this.#count; to++) {
      if (to === this.#from || !(isNews || drafts[to])) continue
      const { records, deliveries, answers, forgotten } = drafts[to] ?? EMPTY
      const body = { records, deliveries, answers, forgotten, standings }
      parcels.push({ to, value: encodeParcel({ from: this.#from, ...body }) })
    }
    return parcels
  }

  #draft(to: number): Draft {
    const draft = this.#drafts[to] ?? newDraft()
    this.#drafts[to] = draft
    return draft
  }

  #packed(arrival: Arrival): SentRecord {
    const { topic, partition, offset, format, value } = arrival
    return {
      topic: topic.name,
      partition,
      offset,
      format: value === null ? 'avro' : format,
      value: value ?? this.#encode(arrival),
    }
  }
}

const newDraft = (): Draft => ({
  records: [],
  deliveries: [],
  answers: [],
  forgotten: [],
  latest: null,
})

const EMPTY = newDraft()
