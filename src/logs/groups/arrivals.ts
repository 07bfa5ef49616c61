/** Lets polls sleep until something changes: a commit, an assignment, a close. No busy waiting. */
export class Arrivals {
  readonly #waiters = new Set<Waiter>()

  /** Wakes all that wait. */
  signal(): void {
    for (const waiter of this.#waiters) waiter.wake(true)
  }

  /** Waits through any number of signals, `waitMs` in all. End it when done. */
  waiter(waitMs: number): Waiter {
    const waiter = new Waiter(waitMs, () => this.#waiters.delete(waiter))
    this.#waiters.add(waiter)
    return waiter
  }
}

export class Waiter {
  readonly #timer: NodeJS.Timeout
  readonly #ended: () => void
  #expired = false
  #signalled = false
  #resolve: ((signalled: boolean) => void) | null = null

  constructor(waitMs: number, ended: () => void) {
    this.#ended = ended
    this.#timer = setTimeout(() => {
      this.#expired = true
      this.wake(false)
    }, waitMs)
  }

  /** True at the next signal since the last call, false once the time is up. */
  next(): Promise<boolean> {
    if (this.#signalled || this.#expired) {
      const signalled = this.#signalled
      this.#signalled = false
      return Promise.resolve(signalled)
    }
    return new Promise(resolve => {
      this.#resolve = resolve
    })
  }

  wake(signalled: boolean): void {
    const resolve = this.#resolve
    this.#resolve = null
    if (resolve) resolve(signalled)
    else this.#signalled ||= signalled
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#ended()
  }
}
