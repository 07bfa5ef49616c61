import { fedBy, type Learner } from '../engine/learner.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { deadLetters, lateEvents } from '../events.ts'

/** All topics that a run of these pipelines writes, and those of learners that they feed. */
export const resultTopics = (
  pipelines: readonly Pipeline[],
  learners: readonly Learner[] = [],
): readonly AnyTopic[] => [
  ...new Set(pipelines.map(pipeline => pipeline.output)),
  ...new Set(fedBy(pipelines, learners).map(learner => learner.to)),
  lateEvents,
  deadLetters,
]
