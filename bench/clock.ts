/** CPU and wall time of a piece of work. The wall clock is looked at here alone. */

export interface Cost {
  readonly cpuMicros: number
  readonly wallSeconds: number
}

/** Adds up the cost of pieces, where only parts of a loop are to be counted. */
export class Meter {
  #cpuMicros = 0
  #wallMs = 0

  /** CPU of all threads of the process: also the garbage collector's and the disk's. */
  run<T>(work: () => T): T {
    const cpu = process.cpuUsage()
    const wall = performance.now()
    const result = work()
    this.#add(cpu, wall)
    return result
  }

  async runAsync<T>(work: () => Promise<T>): Promise<T> {
    const cpu = process.cpuUsage()
    const wall = performance.now()
    const result = await work()
    this.#add(cpu, wall)
    return result
  }

  get cost(): Cost {
    return { cpuMicros: this.#cpuMicros, wallSeconds: this.#wallMs / 1_000 }
  }

  #add(cpu: NodeJS.CpuUsage, wall: number): void {
    const { user, system } = process.cpuUsage(cpu)
    this.#cpuMicros += user + system
    this.#wallMs += performance.now() - wall
  }
}

/** From a moment on, where the work cannot be called as a piece. */
export class Lap {
  #cpu = process.cpuUsage()
  #wallMs = performance.now()

  begin(): void {
    this.#cpu = process.cpuUsage()
    this.#wallMs = performance.now()
  }

  get cost(): Cost {
    const { user, system } = process.cpuUsage(this.#cpu)
    const wallSeconds = (performance.now() - this.#wallMs) / 1_000
    return { cpuMicros: user + system, wallSeconds }
  }
}

/** The cheapest of several rounds: what disturbs a round on a busy machine only ever adds to it. */
export const least = (costs: readonly Cost[]): Cost =>
  costs.reduce((a, b) => (b.cpuMicros < a.cpuMicros ? b : a))
