/**
 * The topics that an application owns, by name, and how they are kept.
 *
 *   <application>-journal                              one record per commit of a slice
 *   <application>-exchange                             what slices have for one another
 *   <application>-<pipeline>-g<generation>-changelog   state, the last value per key counts
 *
 * Partition k of each is slice k's. Journal and exchange are kept equally long: a stretch of the past
 * needs both to be executed again.
 */
import type { Pipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { KEPT_WHOLE, type Log, type TopicSettings } from './log.ts'
import { checkCleaning, topicWarnings } from './topic-checks.ts'

const KEPT_MS = days(7)

export const journalTopic = (applicationId: string): string => `${applicationId}-journal`

export const exchangeTopic = (applicationId: string): string => `${applicationId}-exchange`

export const changelogTopic = (
  applicationId: string,
  { id, generation }: Pick<Pipeline, 'id' | 'generation'>,
): string => `${applicationId}-${id}-g${generation}-changelog`

/**
 * Makes those that are not there. Fails with `LOG_TOPIC_CONFLICT` where one has another number of
 * partitions, which never changes for the state of an application, or is cleaned in a way that would
 * lose what a restore needs.
 */
export const createApplicationTopics = async (
  log: Log,
  applicationId: string,
  pipelines: readonly Pipeline[],
  slices: number,
): Promise<void> => {
  const there = await log.topics()
  for (const [topic, settings] of wantedTopics(log, applicationId, pipelines, slices)) {
    const is = there.get(topic)
    if (is?.partitions !== slices) await log.createTopic(topic, settings)
    else if (log.cleansItself) checkCleaning(topic, is, settings)
  }
}

/** What is not as it should be about those that are there, and can be lived with: a line for each. */
export const applicationTopicWarnings = async (
  log: Log,
  applicationId: string,
  pipelines: readonly Pipeline[],
  slices: number,
): Promise<readonly string[]> => {
  if (!log.cleansItself) return []
  const there = await log.topics()
  return wantedTopics(log, applicationId, pipelines, slices).flatMap(([topic, settings]) => {
    const is = there.get(topic)
    return is ? topicWarnings(topic, is, settings) : []
  })
}

const wantedTopics = (
  log: Log,
  applicationId: string,
  pipelines: readonly Pipeline[],
  slices: number,
): readonly (readonly [string, TopicSettings])[] => {
  const whole = { ...KEPT_WHOLE, partitions: slices }
  const kept = log.cleansItself ? { ...whole, retentionMs: KEPT_MS } : whole
  // Where the log compacts by itself that is what bounds a changelog. Embedded, snapshots and trimming
  // do: compaction would in time remove the tombstones of keys that a snapshot still holds.
  const changelog = { ...whole, compacted: log.cleansItself }
  return [
    [journalTopic(applicationId), kept],
    ...(slices > 1 ? [[exchangeTopic(applicationId), kept] as const] : []),
    ...pipelines.map(pipeline => [changelogTopic(applicationId, pipeline), changelog] as const),
  ]
}
