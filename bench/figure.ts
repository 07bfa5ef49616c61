/** One line of the table, as a measurement gives it. */
export interface Figure {
  readonly name: string
  readonly value: number
  /** µs: CPU time of all threads. ms, s: wall clock. B, MB: memory. */
  readonly unit: 'µs' | 'ms' | 's' | 'B' | 'MB'
  /** What one of is measured, such as `event`. */
  readonly per?: string
  /** How many of it a second by the wall clock. */
  readonly perSecond?: number
  /** What it should be at most. */
  readonly target?: number
}

/** What one process measured, and how fast the machine was meanwhile. */
export interface Measured {
  readonly figures: readonly Figure[]
  /** CPU ns of one round of a fixed piece of work; see `calibration.ts`. */
  readonly calibrationNs: number
}
