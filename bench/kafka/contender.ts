/** Programs that are compared on a broker; each runs in a process of its own. */
import type { BareLoopOptions } from './bare-loop.ts'
import type { Clicks } from './clicks.ts'
import type { OurPipelineOptions } from './our-pipeline.ts'
import type { Sizes } from './sizes.ts'

export type Contender =
  | { readonly kind: 'bare'; readonly isTransactional: boolean }
  | {
      readonly kind: 'ours'
      readonly guarantee: OurPipelineOptions['guarantee']
      /** Whether records cross slices. */
      readonly crosses: boolean
    }

export interface ContenderOptions {
  readonly contender: Contender
  readonly clicks: Clicks
  readonly sizes: Sizes
  readonly dir: string
}

/** What a contender says when it is done; `records` are those of the measured stretch. */
export interface ContenderCost {
  readonly records: number
  readonly cpuMicros: number
  readonly wallSeconds: number
}

export const PACE = {
  commitIntervalMs: 100,
  commitRecords: 4_000,
} satisfies Partial<BareLoopOptions>
