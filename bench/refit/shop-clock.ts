/** A clock that goes as fast as any other, and can be put forward. */
export class ShopClock {
  #offsetMs: number

  constructor(at: number) {
    this.#offsetMs = at - performance.now()
  }

  readonly now = (): number => Math.floor(performance.now() + this.#offsetMs)

  /** Never back: a time that has passed already stays as it is. */
  forwardTo(at: number): void {
    this.#offsetMs = Math.max(this.#offsetMs, at - performance.now())
  }
}
