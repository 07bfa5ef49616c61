/** The topics of a replay that writes to Kafka: its own, and those that its results go onto. */
import { MillraceError } from '../engine/errors.ts'
import type { Learner } from '../engine/learner.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { AnyTopic } from '../engine/topic.ts'
import { journalTopic } from '../logs/application-topics.ts'
import { createMissingTopic } from '../logs/create-missing-topic.ts'
import { isEmpty } from '../logs/is-empty.ts'
import { KEPT_WHOLE, type Log } from '../logs/log.ts'
import { resultTopics } from '../logs/result-topics.ts'

interface Wanted {
  readonly pipelines: readonly Pipeline[]
  /** Those that may publish there. */
  readonly learners: readonly Learner[]
  readonly append?: boolean
}

/**
 * Makes the journal, to be kept for good: by it a run goes on, however long it was left lying. Fails
 * with `CONFIG_INVALID` where a new run would mix its results with those that are there.
 */
export const prepareTopics = async (
  log: Log,
  runId: string,
  { pipelines, learners, append = false }: Wanted,
): Promise<void> => {
  const journal = journalTopic(runId)
  const isNew = await isEmpty(log, { topic: journal, partition: 0 })
  const filled = isNew && !append ? await filledTopic(log, resultTopics(pipelines, learners)) : null
  if (filled !== null) throw mixed(filled)
  await createMissingTopic(log, journal, KEPT_WHOLE)
}

const filledTopic = async (log: Log, topics: readonly AnyTopic[]): Promise<string | null> => {
  const there = await log.topics()
  for (const { name: topic } of topics) {
    const partitions = there.get(topic)?.partitions ?? 0
    for (let partition = 0; partition < partitions; partition++) {
      if (!(await isEmpty(log, { topic, partition }))) return topic
    }
  }
  return null
}

const mixed = (topic: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${topic} has results already, of another run or of an application, and whoever reads it could ` +
      'not tell them from the new ones. Write to another cluster, or give --append where that is ' +
      'what you want.',
  )
