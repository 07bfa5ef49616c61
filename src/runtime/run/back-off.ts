/** How long to wait before the next attempt: twice as long each time, until something lasted. */
export interface BackOffOptions {
  readonly firstMs: number
  readonly mostMs: number
  /** What lasted so long was no failure to start: the next wait is the first again. */
  readonly lastingMs: number
}

export const BACK_OFF: BackOffOptions = { firstMs: 1_000, mostMs: 30_000, lastingMs: 60_000 }

export class BackOff {
  readonly #options: BackOffOptions
  #nextMs: number

  constructor(options: BackOffOptions = BACK_OFF) {
    this.#options = options
    this.#nextMs = options.firstMs
  }

  /** @param lastedMs how long it went well this time */
  next(lastedMs: number): number {
    const { firstMs, mostMs, lastingMs } = this.#options
    const waitMs = lastedMs >= lastingMs ? firstMs : this.#nextMs
    this.#nextMs = Math.min(mostMs, waitMs * 2)
    return waitMs
  }
}
