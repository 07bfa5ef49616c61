/** What a process that runs pipelines is told, and what it tells; see `live-child.ts`. */
import type { Pipeline } from '../../src/engine/pipeline.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { fraudScores } from '../../src/pipelines/fraud-scores.ts'
import { visitorPace } from '../light-pipeline.ts'

export interface LiveOptions {
  readonly applicationId: string
  readonly pipeline: keyof typeof PIPELINES
  /** Before the names of all topics, so that each measurement has its own. */
  readonly prefix: string
  readonly guarantee: 'exactly-once' | 'at-least-once'
  readonly commitIntervalMs: number
  readonly slices: number
  readonly dir: string
  readonly sessionTimeoutMs: number
}

/** A message of the child. Times are of the wall clock, in ms since 1970. */
export type LiveNews =
  | {
      readonly what: 'slice'
      readonly slice: number
      readonly is: string
      readonly at: number
      /** Since it was given to the process. */
      readonly tookMs: number
    }
  | {
      readonly what: 'commit'
      readonly at: number
      readonly slices: readonly number[]
      readonly records: number
      /** Of commits that took something in. */
      readonly isAtEnd: boolean
    }
  | { readonly what: 'left'; readonly cpuMicros: number; readonly stallMs: number }

/** A message to the child: end in good order. */
export interface LiveOrder {
  readonly order: 'stop'
}

export const PIPELINES = { light: visitorPace, fraud: fraudScores }

export const renamed = (pipeline: Pipeline, name: (topic: string) => string): Pipeline => {
  const other = (topic: AnyTopic): AnyTopic => ({ ...topic, name: name(topic.name) })
  const inputs = Object.entries(pipeline.inputs).map(([key, input]) => [
    key,
    { ...input, from: other(input.from) },
  ])
  return {
    ...pipeline,
    inputs: Object.fromEntries(inputs) as Pipeline['inputs'],
    output: other(pipeline.output),
  }
}
