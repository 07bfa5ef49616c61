/** How much there was per second, over the last seconds. */
export class Rate {
  readonly #keptMs: number
  readonly #added: { readonly at: number; readonly count: number }[] = []
  #sum = 0

  constructor(keptMs: number) {
    this.#keptMs = keptMs
  }

  /** @param now the wall clock, in ms since 1970 */
  add(now: number, count: number): void {
    this.#added.push({ at: now, count })
    this.#sum += count
    this.#forget(now)
  }

  perSecond(now: number): number {
    this.#forget(now)
    const first = this.#added[0]
    // Right after the start there is less to look back on.
    return first === undefined ? 0 : (this.#sum * 1_000) / Math.max(1_000, now - first.at)
  }

  #forget(now: number): void {
    while (this.#added.length > 0 && this.#added[0]!.at < now - this.#keptMs) {
      this.#sum -= this.#added.shift()!.count
    }
  }
}
