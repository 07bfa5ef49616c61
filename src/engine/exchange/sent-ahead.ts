/** So many records are counted together, at most, where one after the other waits for its time. */
const SPAN_RECORDS = 1_024

interface Span {
  /** The newest event time among them. */
  upTo: number
  records: number
}

/**
 * What was sent to the other slices and is held there until its time comes. A slice that is slow to
 * read does not say how full it will be, so each of the others counts its own share of that.
 *
 * It counts anew after a restart: a slice may be sent as much again then.
 */
export class SentAhead {
  readonly #recordsMax: number
  #spans: Span[][]

  /** @param recordsMax that may wait in any one slice */
  constructor(slices: number, recordsMax: number) {
    this.#recordsMax = recordsMax
    this.#spans = Array.from({ length: slices }, () => [])
  }

  note(to: number, occurredAt: number): void {
    const spans = this.#spans[to]!
    const last = spans.at(-1)
    if (last === undefined || last.records >= SPAN_RECORDS) {
      spans.push({ upTo: occurredAt, records: 1 })
      return
    }
    last.records++
    if (occurredAt > last.upTo) last.upTo = occurredAt
  }

  /** @param watermark behind which nothing is held any more */
  passed(watermark: number): void {
    this.#spans = this.#spans.map(spans => spans.filter(({ upTo }) => upTo > watermark))
  }

  get isFull(): boolean {
    return this.#spans.some(
      spans => spans.reduce((sum, { records }) => sum + records, 0) >= this.#recordsMax,
    )
  }
}
