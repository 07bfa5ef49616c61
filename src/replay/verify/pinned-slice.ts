/**
 * A slice as it stood when verification began. A running application goes on meanwhile: what it
 * commits later is not looked at.
 */
import type { Application } from '../../engine/application.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import { changelogTopic, exchangeTopic, journalTopic } from '../../logs/application-topics.ts'
import type { Log, TopicPartition } from '../../logs/log.ts'

export interface PinnedSlice {
  readonly index: number
  readonly journal: Pinned
  /** null where commits came so fast that no moment between two was met. */
  readonly changelogs: ReadonlyMap<string, Pinned> | null
}

export interface Pinned {
  readonly at: TopicPartition
  readonly first: number
  readonly next: number
}

const TRIES = 50

/** Journal and changelogs between two commits. */
export const pinSlice = async (
  log: Log,
  applicationId: string,
  index: number,
  { runners }: Application,
): Promise<PinnedSlice> => {
  const at = { topic: journalTopic(applicationId), partition: index }
  const changelogTopics = runners.map(({ pipeline, tasks }) => ({
    topic: changelogTopic(applicationId, pipeline),
    tasks: tasks.length,
  }))
  let journal = await pin(log, at)
  for (let tries = 0; tries < TRIES; tries++) {
    const changelogs = new Map<string, Pinned>()
    for (const { topic, tasks } of changelogTopics) {
      for (let task = 0; task < tasks; task++) {
        const place = { topic, partition: index + task }
        changelogs.set(partitionNameOf(place), await pin(log, place))
      }
    }
    const after = await pin(log, at)
    if (after.next === journal.next) return { index, journal, changelogs }
    journal = after
  }
  return { index, journal, changelogs: null }
}

export const pin = async (log: Log, at: TopicPartition): Promise<Pinned> => {
  const { first, next } = await log.range(at)
  return { at, first, next }
}

export const exchangeOf = (applicationId: string, index: number): TopicPartition => ({
  topic: exchangeTopic(applicationId),
  partition: index,
})
