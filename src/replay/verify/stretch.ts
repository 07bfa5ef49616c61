/** The commits of a slice that are executed again: from where on, and their journal. */
import { type Application, versionText } from '../../engine/application.ts'
import { MillraceError } from '../../engine/errors.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { type JournalRecord, taskName } from '../../logs/application-log.ts'
import type { Log, StoredRecord } from '../../logs/log.ts'
import type { SnapshotLabel, Snapshots } from '../../logs/snapshots.ts'
import type { Pinned, PinnedSlice } from './pinned-slice.ts'

/** Where a slice begins: after the commit `epoch`, with the state of all its tasks. */
export interface StartPoint {
  readonly epoch: number
  /** None where it begins with its first commit. */
  readonly snapshots: readonly TaskSnapshot[]
}

interface TaskSnapshot {
  readonly pipelineId: string
  readonly task: number
  readonly label: SnapshotLabel
}

export interface JournalEntryAt {
  readonly entry: JournalRecord
  /** When the log took the commit in. */
  readonly timestampMs: number
}

const READ = { recordsMax: 1_000, bytesMax: 8 * 1024 * 1024 }

export interface StartOptions {
  readonly log: Log
  readonly applicationId: string
  readonly snapshots: Snapshots
  /** Begin at the last point before it; else at the first that there is. */
  readonly sinceEpoch?: number
}

/**
 * The oldest point from which every commit is in the journal; null for a slice without commits.
 *
 * @throws MillraceError `INPUT_MISSING` where there is none
 */
export const startOf = async (
  options: StartOptions,
  { index, journal }: PinnedSlice,
  application: Application,
): Promise<StartPoint | null> => {
  const first = await firstEpoch(options.log, journal)
  if (first === null) return null
  const found = await consistentPoints(options, index, application)
  const points: StartPoint[] = [...(first === 1 ? [BEGINNING] : []), ...found]
  const usable = points.filter(({ epoch }) => epoch >= first - 1)
  const { sinceEpoch } = options
  const before = usable.filter(({ epoch }) => sinceEpoch === undefined || epoch < sinceEpoch)
  const start = sinceEpoch === undefined ? before[0] : before.at(-1)
  if (start) return start
  throw nowhereToBegin(index, first, found, sinceEpoch)
}

const BEGINNING: StartPoint = { epoch: 0, snapshots: [] }

/** Brings a new application to the point. */
export const bringTo = async (
  application: Application,
  { epoch, snapshots }: StartPoint,
  from: Snapshots,
): Promise<void> => {
  for (const { pipelineId, task, label } of snapshots) {
    const restoring = application.restoring(pipelineId, task)
    await from.load(label, entry => restoring.take(entry))
    restoring.finish()
  }
  if (epoch > 0) application.restored(epoch, [])
}

/**
 * The commits after `epoch`, up to `untilEpoch` and to where the journal was pinned.
 *
 * @throws MillraceError `STATE_INCOMPATIBLE` where other code made one, `STATE_CORRUPT` where one is
 *   not there
 */
export async function* journalAfter(
  log: Log,
  { at, first, next }: Pinned,
  epoch: number,
  pipelines: readonly Pipeline[],
  untilEpoch = Number.POSITIVE_INFINITY,
): AsyncGenerator<JournalEntryAt> {
  const versions = Object.fromEntries(pipelines.map(each => [each.id, versionText(each)]))
  let last = epoch
  for (let from = first; from < next; ) {
    const { records } = await log.read(at, from, READ)
    if (records.length === 0) return
    for (const record of records) {
      if (record.offset >= next) return
      const entry = entryIn(record)
      if (entry.epoch <= epoch) continue
      if (entry.epoch > untilEpoch) return
      if (entry.epoch !== last + 1) throw notInOrder(at.partition, last, entry.epoch)
      checkIsLive(at.topic, entry)
      checkVersions(at.partition, entry, versions)
      last = entry.epoch
      yield { entry, timestampMs: record.timestampMs }
    }
    from = records.at(-1)!.offset + 1
  }
}

const firstEpoch = async (log: Log, { at, first, next }: Pinned): Promise<number | null> => {
  if (first >= next) return null
  const { records } = await log.read(at, first, { ...READ, recordsMax: 1 })
  return records[0] ? entryIn(records[0]).epoch : null
}

const entryIn = ({ value }: StoredRecord): JournalRecord => JSON.parse(value!.toString())

/** Commits after which every task of the slice has a snapshot, oldest first. */
const consistentPoints = async (
  { applicationId, snapshots }: StartOptions,
  index: number,
  { runners }: Application,
): Promise<StartPoint[]> => {
  const points = new Map<number, TaskSnapshot[]>()
  let tasks = 0
  for (const { pipeline, tasks: all } of runners) {
    for (let task = 0; task < all.length; task++, tasks++) {
      const name = taskName(applicationId, pipeline, index + task)
      for (const label of await labelsOf(snapshots, name)) {
        if (label.epoch === undefined) continue
        const point = points.get(label.epoch) ?? []
        points.set(label.epoch, [...point, { pipelineId: pipeline.id, task, label }])
      }
    }
  }
  return [...points]
    .filter(([, found]) => found.length === tasks)
    .map(([epoch, found]) => ({ epoch, snapshots: found }))
    .sort((a, b) => a.epoch - b.epoch)
}

const labelsOf = async (snapshots: Snapshots, task: string): Promise<SnapshotLabel[]> => {
  const labels: SnapshotLabel[] = []
  let label = await snapshots.newest(task, Number.MAX_SAFE_INTEGER)
  for (; label; label = await snapshots.newest(task, label.offset - 1)) labels.push(label)
  return labels
}

const checkVersions = (
  slice: number,
  { epoch, versions: was }: JournalRecord,
  is: Readonly<Record<string, string>>,
): void => {
  const ids = [...new Set([...Object.keys(was), ...Object.keys(is)])]
  const other = ids.filter(id => was[id] !== is[id]).sort()
  if (other.length === 0) return
  const what = other.map(id => `${id} (${was[id] ?? 'absent'}, now ${is[id] ?? 'absent'})`)
  throw new MillraceError(
    'STATE_INCOMPATIBLE',
    `commit ${epoch} of slice ${slice} was made by other pipelines: ${what.join(', ')}. Verify it ` +
      'with the version that made it, or begin after it with --since-epoch.',
  )
}

/** What a replay takes in is not all that its ranges name: see `re-execute.ts`. */
const checkIsLive = (topic: string, { marks }: JournalRecord): void => {
  if (marks === null) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `${topic} is the journal of a replay, and only live runs can be verified, as \`demo\` and \`run\` ` +
      'make them. A replay is verified by giving its command again with another target.',
  )
}

const notInOrder = (slice: number, last: number, epoch: number): MillraceError =>
  new MillraceError(
    'STATE_CORRUPT',
    `the journal of slice ${slice} goes from commit ${last} to ${epoch}. Somebody removed records ` +
      'or wrote to it: verify what is after that with --since-epoch.',
  )

const nowhereToBegin = (
  slice: number,
  first: number,
  points: readonly StartPoint[],
  sinceEpoch: number | undefined,
): MillraceError => {
  const there = points.map(({ epoch }) => epoch).join(', ')
  const wanted = sinceEpoch === undefined ? '' : ` and before commit ${sinceEpoch}`
  return new MillraceError(
    'INPUT_MISSING',
    `the journal of slice ${slice} is retained from commit ${first} on, and to begin there snapshots ` +
      `of all its tasks are needed, of one commit from ${first - 1} on${wanted}; there are ` +
      `${there ? `those of ${there}` : 'none'}. Keep the journal for longer, or bring snapshots back.`,
  )
}
