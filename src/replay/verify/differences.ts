import type { Difference } from './difference.ts'

/** A difference as it is met, and what it takes to name its field. */
export interface Met {
  readonly difference: Difference
  /** The record that the log has; null where it has none, or that says nothing. */
  readonly value: Buffer | null
  /** What the expected record is known by, hashed; null where there is none. */
  readonly id: string | null
}

/** Counts differences, and keeps that of the earliest commit: others may follow from it. */
export class Differences {
  count = 0
  first: Met | null = null

  add(met: Met): void {
    this.count++
    if (this.first === null || epochOf(met) < epochOf(this.first)) this.first = met
  }
}

/** What no commit made comes last. */
const epochOf = ({ difference: { epoch } }: Met): number => epoch ?? Number.POSITIVE_INFINITY
