/**
 * Brings one task back: the newest snapshot that is whole, and the changelog after it; or the changelog
 * alone, where that begins with the first record.
 */
import { MillraceError } from '../engine/errors.ts'
import type { Restoring } from '../engine/task/restoring.ts'
import { days } from '../engine/time.ts'
import type { Log, TopicPartition } from './log.ts'
import type { SinceSnapshot } from './snapshot-due.ts'
import type { SnapshotLabel, Snapshots } from './snapshots.ts'

/** What there is of tasks. */
export interface TaskHistory {
  readonly log: Log
  readonly snapshots: Snapshots
  /** The wall clock, where a log that compacts by itself may have forgotten what a snapshot holds. */
  readonly wallNow?: () => number
  /** Told of changelog records as a restore takes them in. */
  readonly onRestored?: (records: number) => void
}

interface TaskPlace {
  readonly name: string
  /** Its changelog. */
  readonly at: TopicPartition
}

/** A log that compacts by itself keeps tombstones for longer. */
const SNAPSHOT_AGE_MAX_MS = days(5)
const READ = { recordsMax: 50_000, bytesMax: 64 * 1024 * 1024 }

/** @throws MillraceError `STATE_CORRUPT` where part of it is gone */
export const restoreTask = async (
  history: TaskHistory,
  { name, at }: TaskPlace,
  restoring: Restoring,
): Promise<SinceSnapshot> => {
  const { log, snapshots, onRestored } = history
  const { first, next } = await log.range(at)
  const label = await soundSnapshot(history, { name, at }, first, next)
  const loaded = label ? await snapshots.load(label, entry => restoring.take(entry)) : { bytes: 0 }
  let bytesSince = 0
  for (let from = label?.offset ?? first; from < next; ) {
    const { records, atEnd } = await log.read(at, from, READ)
    for (const record of records) {
      restoring.take({ key: record.key!.toString(), value: record.value })
      bytesSince += record.key!.length + (record.value?.length ?? 0)
    }
    onRestored?.(records.length)
    if (atEnd || records.length === 0) break
    from = records.at(-1)!.offset + 1
  }
  restoring.finish()
  return { bytesSince, snapshotBytes: loaded.bytes }
}

/**
 * The newest snapshot that is whole; null to begin with the changelog's first record. Each is read
 * once to see that, since entries that were taken in could not be taken back.
 */
const soundSnapshot = async (
  history: TaskHistory,
  { name, at }: TaskPlace,
  first: number,
  next: number,
): Promise<SnapshotLabel | null> => {
  const { snapshots } = history
  await snapshots.removeAhead(name, next)
  let damage: unknown = null
  let label = await snapshots.newest(name, next)
  for (; label && label.offset >= first; ) {
    if (await isForgotten(history, label)) break
    damage = await damageOf(snapshots, label)
    if (damage === null) return label
    label = await snapshots.newest(name, label.offset - 1)
  }
  if (first === 0) return null
  throw damage ?? gap(at, label?.offset ?? 0, first)
}

/**
 * Whether the log may have compacted tombstones away that came after the snapshot, so that keys
 * would come back that are gone.
 */
const isForgotten = async (
  { log, snapshots, wallNow }: TaskHistory,
  label: SnapshotLabel,
): Promise<boolean> => {
  if (!log.cleansItself || !wallNow) return false
  const { takenAtMs } = await snapshots.about(label)
  return wallNow() - takenAtMs > SNAPSHOT_AGE_MAX_MS
}

const damageOf = async (snapshots: Snapshots, label: SnapshotLabel): Promise<unknown> => {
  try {
    await snapshots.load(label, () => {})
    return null
  } catch (error) {
    if (error instanceof MillraceError && error.code === 'STATE_CORRUPT') return error
    throw error
  }
}

const gap = ({ topic, partition }: TopicPartition, from: number, first: number): MillraceError =>
  new MillraceError(
    'STATE_CORRUPT',
    `changelog ${topic}-${partition} begins at offset ${first}, but the newest usable snapshot ` +
      `ends at ${from}: what is between is gone, so state cannot be restored. Bring the snapshot ` +
      "back, or raise the pipeline's `generation` to start anew.",
  )
