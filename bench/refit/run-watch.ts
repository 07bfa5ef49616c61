/**
 * How evenly a live run puts out: from one commit with results to the next, how long the event loop
 * was held, and how much of the time the main thread computed.
 */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { LiveCommit } from '../../src/runtime/live/live-run.ts'
import { mainThreadMs } from './main-thread.ts'

export interface Evenness {
  /** Between two commits with results, by the wall clock. */
  readonly gapMs: number
  readonly medianGapMs: number
  /** CPU of the main thread between two commits; null where the system does not say. */
  readonly computedMs: number | null
  readonly heldMs: number
}

const RESOLUTION_MS = 5

export class RunWatch {
  #lastAt = Number.NaN
  #lastComputedMs: number | null = null
  #gaps: number[] = []
  #computedMs = 0
  readonly #delay: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })

  readonly onCommit = ({ units }: LiveCommit): void => {
    if (!units.some(({ unit }) => unit.outputs.length > 0)) return
    const [now, computed] = [performance.now(), mainThreadMs()]
    this.#gaps.push(now - this.#lastAt)
    if (computed !== null) {
      this.#computedMs = Math.max(this.#computedMs, computed - (this.#lastComputedMs ?? computed))
    }
    this.#lastAt = now
    this.#lastComputedMs = computed
  }

  /** What follows is a minute of its own. */
  begin(): void {
    this.#gaps = []
    this.#computedMs = 0
    this.#lastAt = performance.now()
    this.#lastComputedMs = mainThreadMs()
    this.#delay.reset()
    this.#delay.enable()
  }

  end(): Evenness {
    this.#delay.disable()
    const gaps = [...this.#gaps, performance.now() - this.#lastAt].toSorted((x, y) => x - y)
    return {
      gapMs: gaps.at(-1)!,
      medianGapMs: gaps[gaps.length >> 1]!,
      computedMs: this.#lastComputedMs === null ? null : this.#computedMs,
      heldMs: this.#delay.max / 1e6,
    }
  }
}
