/** What is asked of the law. */

/** What makes a run the run it is. */
export interface RunAsked {
  readonly seed: number
  readonly faults: number
  /** Events per second, about. */
  readonly rate: number
  readonly calmMs: number
}

export interface SetAsked extends RunAsked {
  /** Of all runs together; the first has `seed`, the next the one behind it. */
  readonly faults: number
  readonly runs: number
}
