import type { Pipeline } from '../engine/pipeline.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { deadLetters, lateEvents } from '../events.ts'

/** All topics that a run of these pipelines writes. */
export const resultTopics = (pipelines: readonly Pipeline[]): readonly AnyTopic[] => [
  ...new Set(pipelines.map(pipeline => pipeline.output)),
  lateEvents,
  deadLetters,
]
