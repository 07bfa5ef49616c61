/** Where the sink of a partition left off: what it is to do first, and where it goes on. */
import { MillraceError } from '../../../engine/errors.ts'
import type { Log, TopicPartition } from '../../../logs/log.ts'
import type { Intent } from './intents.ts'

export interface Standing {
  /** Everything below is stored or has a letter. */
  readonly position: number
  /** A range that was sent, perhaps, and not acknowledged; null where there is none. */
  readonly pending: Intent | null
  /** Letters were written for records that could not be encoded, up to this offset. */
  readonly letteredTo: number
  /** Compaction may have removed records of a pending range; what replaced them comes later. */
  readonly isCompacted: boolean
}

export interface StandingSources {
  readonly log: Log
  /** The group's, or the first offset of the partition. */
  readonly position: number
  readonly intent: Intent | null
  readonly generation: number
  readonly isCompacted: boolean
}

/**
 * Fails with `INPUT_CHANGED` where a range that may be stored in part would be stored under another
 * token: one of another generation, or one before which the position was set back.
 */
export const standingOf = async (
  at: TopicPartition,
  { log, position, intent, generation, isCompacted }: StandingSources,
): Promise<Standing> => {
  const letteredTo = intent?.letteredTo ?? -1
  const standing = { position, pending: null, letteredTo, isCompacted }
  if (intent === null) return standing
  if (intent.to < position && !intent.setBack) return standing
  const wasSetBack = intent.setBack || (await hasRecords(log, at, position, intent.from))
  if (wasSetBack && generation > intent.generation) return standing
  if (wasSetBack) throw setBack(at, position, intent)
  if (generation !== intent.generation) throw otherGeneration(at, intent, generation)
  return { ...standing, pending: intent }
}

/** From `from` on, and below `end`. */
const hasRecords = async (
  log: Log,
  at: TopicPartition,
  from: number,
  end: number,
): Promise<boolean> => {
  if (from >= end) return false
  const { records } = await log.read(at, from, { recordsMax: 1, bytesMax: 1 })
  return records.length > 0 && records[0]!.offset < end
}

const rangeText = (
  { topic, partition }: TopicPartition,
  { from, to, generation }: Intent,
): string =>
  `${topic} ${partition} was being stored from offset ${from} to ${to} as generation ${generation}`

const setBack = (at: TopicPartition, position: number, intent: Intent): MillraceError =>
  new MillraceError(
    'INPUT_CHANGED',
    `${rangeText(at, intent)}, and was set back to ${position}: its rows would be stored twice. ` +
      'Empty the tables, and raise the generation.',
  )

const otherGeneration = (at: TopicPartition, intent: Intent, generation: number): MillraceError =>
  new MillraceError(
    'INPUT_CHANGED',
    `${rangeText(at, intent)}, and this is generation ${generation}. Start once with generation ` +
      `${intent.generation} and drain, then raise it; or set the sink back to the beginning.`,
  )
