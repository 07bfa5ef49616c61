/**
 * What checks are given and what they say: nothing, or the first difference. They look at the broker
 * and the tables themselves, by clients that share no code with ours.
 */
import type { Pipeline } from '../../src/engine/pipeline.ts'
import type { LawConfig } from './law-config.ts'
import type { LoadPlan } from './load.ts'

export interface Judged {
  readonly config: LawConfig
  readonly plan: LoadPlan
  /** All up to here is in the log. */
  readonly lastSlot: number
  readonly pipelines: readonly Pipeline[]
}

export interface Verdict {
  readonly check: string
  /** What was looked at, as `12,345 records`. */
  readonly looked: string
  /** The first difference; null where there is none. */
  readonly difference: string | null
}

export const counted = (count: number, what: string): string =>
  `${count.toLocaleString('en')} ${what}`
