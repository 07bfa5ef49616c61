/**
 * State that commits have led to against what a restore takes out of the log: the newest snapshot and
 * the changelog after it, or where the log compacts by itself the changelog alone.
 */
import type { Application } from '../../engine/application.ts'
import { MillraceError } from '../../engine/errors.ts'
import { remembersTheSame } from '../../engine/order/duplicates.ts'
import { partitionName } from '../../engine/partition-name.ts'
import type { Restoring } from '../../engine/task/restoring.ts'
import { taskName } from '../../logs/application-log.ts'
import { changelogTopic } from '../../logs/application-topics.ts'
import type { Log, TopicPartition } from '../../logs/log.ts'
import type { Snapshots } from '../../logs/snapshots.ts'
import type { FieldDifference } from './difference.ts'
import type { Differences } from './differences.ts'
import { firstByte } from './first-field.ts'
import type { Pinned, PinnedSlice } from './pinned-slice.ts'

export interface ComparedState {
  readonly log: Log
  readonly applicationId: string
  readonly snapshots: Snapshots
  readonly pinned: PinnedSlice
  /** As of this commit. */
  readonly epoch: number
  readonly executed: Application
  /** A new one, to be restored. */
  readonly restored: Application
}

const READ = { recordsMax: 20_000, bytesMax: 32 * 1024 * 1024 }

/** Returns how many entries were compared. */
export const compareState = async (
  compared: ComparedState,
  differences: Differences,
): Promise<number> => {
  await restore(compared)
  let entries = 0
  for (const { pipeline, tasks } of compared.executed.runners) {
    const topic = changelogTopic(compared.applicationId, pipeline)
    for (let task = 0; task < tasks.length; task++) {
      const at = { topic, partition: compared.pinned.index + task, id: pipeline.id, task }
      entries += compareTask(compared, at, differences)
    }
  }
  return entries
}

interface Compared {
  readonly topic: string
  readonly partition: number
  readonly id: string
  readonly task: number
}

const compareTask = (
  { executed, restored, pinned, epoch }: ComparedState,
  { topic, partition, id, task }: Compared,
  differences: Differences,
): number => {
  const inLog = new Map<string, Buffer>()
  for (const { key, value } of restored.snapshot(id, task)) inLog.set(key, value!)
  let entries = 0
  const differ = (key: string, log: Buffer | null, again: Buffer | null): void => {
    const place = { slice: pinned.index, epoch, topic, partition, offset: null, resultId: null }
    const field = stateField(log, again)
    const difference = { kind: 'state' as const, ...place, key, field }
    differences.add({ difference, value: null, id: null })
  }
  for (const { key, value } of executed.snapshot(id, task)) {
    entries++
    const log = inLog.get(key) ?? null
    inLog.delete(key)
    if (log === null || !isSame(key, log, value!)) differ(key, log, value)
  }
  for (const [key, log] of inLog) differ(key, log, null)
  return entries + inLog.size
}

const isSame = (key: string, log: Buffer, again: Buffer): boolean =>
  log.equals(again) || (key.startsWith('d:') && remembersTheSame(log, again))

const stateField = (log: Buffer | null, again: Buffer | null): FieldDifference | null => {
  const name = 'the entry'
  if (log === null) return { name, log: 'absent', again: `${again!.length} bytes` }
  if (again === null) return { name, log: `${log.length} bytes`, again: 'absent' }
  return firstByte(log, again)
}

/** As a process would that takes the slice over, but nothing is changed or tidied. */
const restore = async (compared: ComparedState): Promise<void> => {
  const { restored, applicationId, pinned, epoch } = compared
  for (const { pipeline, tasks } of restored.runners) {
    for (let task = 0; task < tasks.length; task++) {
      const partition = pinned.index + task
      const place = partitionName(changelogTopic(applicationId, pipeline), partition)
      const restoring = restored.restoring(pipeline.id, task)
      const name = taskName(applicationId, pipeline, partition)
      await restoreTask(compared, restoring, name, pinned.changelogs!.get(place)!)
      restoring.finish()
    }
  }
  restored.restored(epoch, [])
}

const restoreTask = async (
  { log, snapshots }: ComparedState,
  restoring: Restoring,
  name: string,
  { at, first, next }: Pinned,
): Promise<void> => {
  const label = log.cleansItself ? null : await snapshots.newest(name, next)
  if (!log.cleansItself && (label?.offset ?? 0) < first) throw gap(at, label?.offset ?? 0, first)
  if (label) await snapshots.load(label, entry => restoring.take(entry))
  for (let from = label?.offset ?? first; from < next; ) {
    const { records } = await log.read(at, from, READ)
    if (records.length === 0) return
    for (const { offset, key, value } of records) {
      if (offset < next) restoring.take({ key: key!.toString(), value })
    }
    from = records.at(-1)!.offset + 1
  }
}

const gap = ({ topic, partition }: TopicPartition, from: number, first: number): MillraceError =>
  new MillraceError(
    'STATE_CORRUPT',
    `changelog ${topic}-${partition} begins at offset ${first}, and the newest snapshot ends at ` +
      `${from}: the state cannot be restored. Bring the snapshot back.`,
  )
