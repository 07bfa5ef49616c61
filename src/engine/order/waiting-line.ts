import { Heap } from './heap.ts'

/** Places that were left are given back so many at a time. */
const LEFT_MAX = 1_024

/**
 * Things that wait for their time, least first by the caller's order. Most come in order, and stand in
 * a line: to join or to leave it moves nothing else. What belongs before the last of the line waits in
 * a heap beside it.
 */
export class WaitingLine<T> {
  readonly #before: (a: T, b: T) => boolean
  readonly #beside: Heap<T>
  readonly #line: T[] = []
  /** Of those in front of it the places are left. */
  #front = 0

  constructor(before: (a: T, b: T) => boolean) {
    this.#before = before
    this.#beside = new Heap(before)
  }

  get size(): number {
    return this.#line.length - this.#front + this.#beside.size
  }

  first(): T | undefined {
    return this.#isLineFirst() ? this.#line[this.#front] : this.#beside.first()
  }

  /** In no order. */
  all(): readonly T[] {
    return [...this.#line.slice(this.#front), ...this.#beside.all()]
  }

  push(item: T): void {
    const { length } = this.#line
    // The last may have left already: the line is in order for that as well.
    if (length > 0 && this.#before(item, this.#line[length - 1]!)) this.#beside.push(item)
    else this.#line.push(item)
  }

  take(): T | undefined {
    return this.#isLineFirst() ? this.#leave() : this.#beside.take()
  }

  #isLineFirst(): boolean {
    if (this.#front === this.#line.length) return false
    const other = this.#beside.first()
    return other === undefined || !this.#before(other, this.#line[this.#front]!)
  }

  #leave(): T {
    const first = this.#line[this.#front++]!
    if (this.#front === LEFT_MAX) {
      this.#line.splice(0, LEFT_MAX)
      this.#front = 0
    }
    return first
  }
}
