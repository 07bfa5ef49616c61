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

const KEPT_MS = days(7)

export const journalTopic = (applicationId: string): string => `${applicationId}-journal`

export const exchangeTopic = (applicationId: string): string => `${applicationId}-exchange`

export const changelogTopic = (
  applicationId: string,
  { id, generation }: Pick<Pipeline, 'id' | 'generation'>,
): string => `${applicationId}-${id}-g${generation}-changelog`

/**
 * Makes those that are not there. Fails with `LOG_TOPIC_CONFLICT` where one has another number of
 * partitions: it never changes for the state of an application.
 */
export const createApplicationTopics = async (
  log: Log,
  applicationId: string,
  pipelines: readonly Pipeline[],
  slices: number,
): Promise<void> => {
  const kept = log.cleansItself ? { ...KEPT_WHOLE, retentionMs: KEPT_MS } : KEPT_WHOLE
  // Where the log compacts by itself that is what bounds a changelog. Embedded, snapshots and trimming
  // do: compaction would in time remove the tombstones of keys that a snapshot still holds.
  const changelog = { ...KEPT_WHOLE, compacted: log.cleansItself }
  const wanted: [string, TopicSettings][] = [
    [journalTopic(applicationId), kept],
    ...(slices > 1 ? [[exchangeTopic(applicationId), kept] as [string, TopicSettings]] : []),
    ...pipelines.map((pipeline): [string, TopicSettings] => [
      changelogTopic(applicationId, pipeline),
      changelog,
    ]),
  ]
  const there = await log.topics()
  for (const [topic, settings] of wanted) {
    if (there.get(topic)?.partitions === slices) continue
    await log.createTopic(topic, { ...settings, partitions: slices })
  }
}
