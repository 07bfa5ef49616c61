/** What a pipeline has done since it began; part of its state, so a restart goes on counting. */
export interface Counters {
  /** Records handed to a key. */
  taken: number
  /** Records that the input's `when` left out. */
  ignored: number
  duplicates: number
  /** Set aside as late. */
  late: number
  /** Late, and handled all the same. */
  lateHandled: number
  /** Records that belong to nobody. */
  unkeyed: number
  timers: number
  results: number
  /** Refused by the pipeline: in `dead-letters` with the stage VALIDATE. */
  refused: number
  /** Steps whose handler failed: in `dead-letters`. */
  failed: number
}

export const newCounters = (): Counters => ({
  taken: 0,
  ignored: 0,
  duplicates: 0,
  late: 0,
  lateHandled: 0,
  unkeyed: 0,
  timers: 0,
  results: 0,
  refused: 0,
  failed: 0,
})
