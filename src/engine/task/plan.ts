import type { AnyInput, Handler, Pipeline } from '../pipeline.ts'
import type { AnyTopic } from '../topic.ts'

/** One input of a pipeline, ready to run. */
export interface InputPlan {
  readonly name: string
  readonly index: number
  readonly rules: AnyInput
  readonly topic: AnyTopic
  readonly on: Handler
}

/** A timer of the engine's own: forgets the key. Before all others in the order of names. */
export const FORGET_TIMER = '$forget'
export const FORGET_INDEX = 0

export const inputPlansOf = (pipeline: Pipeline): readonly InputPlan[] =>
  Object.entries(pipeline.inputs).map(([name, rules], index) => ({
    name,
    index,
    rules,
    topic: rules.from,
    on: pipeline.on[name]!,
  }))

/** In the order in which timers due at the same instant fire. */
export const timerNamesOf = (pipeline: Pipeline): readonly string[] => [
  FORGET_TIMER,
  ...Object.keys(pipeline.onTimer).sort(),
]
