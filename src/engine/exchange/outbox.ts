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
  bytes: number
}

/** A parcel is a record of the log, and these have a limit. A larger one is sent in several. */
const PARCEL_BYTES = 512 * 1024
/** Of a delivery or an answer, beside the record and the key. */
const ENTRY_BYTES = 64

/** What a slice has for the others since its last commit. */
export class Outbox {
  readonly #from: number
  readonly #count: number
  readonly #encode: (arrival: Arrival) => Buffer
  #drafts: (Draft | undefined)[] = []
  /** Those that are full already, in their order. */
  #full: { readonly to: number; readonly draft: Draft }[] = []
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

  deliver(to: number, pipeline: string, delivery: Delivery): void {
    const { input, arrival, key, part, isLate } = delivery
    let draft = this.#draft(to)
    if (draft.latest !== arrival) {
      const record = this.#packed(arrival)
      draft = this.#roomFor(to, draft, record.value.length)
      draft.records.push(record)
      draft.latest = arrival
      draft.bytes += record.value.length
    }
    draft.bytes += ENTRY_BYTES + key.length
    const record = draft.records.length - 1
    const isRedriven = arrival.redrivenFor !== null
    const names = { pipeline, input: input.name, key, part: part ?? '' }
    draft.deliveries.push({ ...names, record, isLate, isRedriven })
  }

  answer(to: number, answer: SentAnswer): void {
    const bytes = ENTRY_BYTES + answer.id.length + (answer.answer?.length ?? 0)
    const draft = this.#roomFor(to, this.#draft(to), bytes)
    draft.answers.push(answer)
    draft.bytes += bytes
  }

  forget(to: number, ids: ForgottenIds): void {
    this.#draft(to).forgotten.push(ids)
  }

  hasTold(standings: readonly SentStanding[]): boolean {
    return this.#told === JSON.stringify(standings)
  }

  /**
   * Takes all out. Where the sender has come further, every slice is told: with the last parcel that
   * it gets of this commit, behind everything else.
   */
  seal(standings: readonly SentStanding[]): SentParcel[] {
    const told = JSON.stringify(standings)
    const isNews = told !== this.#told
    this.#told = told
    const drafts = this.#drafts
    this.#drafts = []
    const parcels = this.#full.map(({ to, draft }) => this.#parcel(to, draft, []))
    this.#full = []
    for (let to = 0; to < this.#count; to++) {
      if (to === this.#from || !(isNews || drafts[to])) continue
      parcels.push(this.#parcel(to, drafts[to] ?? newDraft(), standings))
    }
    return parcels
  }

  #parcel(to: number, draft: Draft, standings: readonly SentStanding[]): SentParcel {
    const { records, deliveries, answers, forgotten } = draft
    const body = { records, deliveries, answers, forgotten, standings }
    return { to, value: encodeParcel({ from: this.#from, ...body }) }
  }

  /** A new draft where this one would become too large. */
  #roomFor(to: number, draft: Draft, bytes: number): Draft {
    if (draft.bytes === 0 || draft.bytes + bytes <= PARCEL_BYTES) return draft
    this.#full.push({ to, draft })
    this.#drafts[to] = undefined
    return this.#draft(to)
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
  bytes: 0,
})
