/** How steady the load was, from what its process told. */
import type { LoadReport } from './load-process.ts'

export interface LoadFigures {
  readonly records: number
  /** From the first slot to the last, in s. */
  readonly seconds: number
  readonly perSecond: number
  /** Of the slowest span of 10 s of the load's own clock: what was asked of the application. */
  readonly leastPerSecond: number
}

/** Of slots of 250 ms. */
const SPAN_SLOTS = 40
const SLOTS_PER_SECOND = 4

export class Steadiness {
  readonly #reports: LoadReport[] = []

  see(report: LoadReport): void {
    if (report.slot >= 0) this.#reports.push(report)
  }

  figures(): LoadFigures {
    const [first, last] = [this.#reports[0]!, this.#reports.at(-1)!]
    const seconds = (last.slot - first.slot) / SLOTS_PER_SECOND
    return {
      records: last.records,
      seconds,
      perSecond: (last.records - first.records) / seconds,
      leastPerSecond: Math.min(...this.#spans()),
    }
  }

  *#spans(): Generator<number> {
    let from = 0
    for (const report of this.#reports) {
      while (report.slot - this.#reports[from]!.slot > SPAN_SLOTS) from++
      const start = this.#reports[from]!
      if (report.slot - start.slot < SPAN_SLOTS) continue
      yield ((report.records - start.records) * SLOTS_PER_SECOND) / (report.slot - start.slot)
    }
  }
}
