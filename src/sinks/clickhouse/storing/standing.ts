/** Where the sink of a partition left off: what it is to do first, and where it goes on. */
import { MillraceError } from '../../../engine/errors.ts'
import type { Log, TopicPartition } from '../../../logs/log.ts'
import type { Gap } from './gaps.ts'
import type { Intent } from './intents.ts'

export interface Standing {
  /** Everything below is stored, or has a letter, or is in a gap. */
  readonly position: number
  /** What the log removed before it was stored; null where nothing is missed. */
  readonly gap: Gap | null
  /** A range that was sent, perhaps, and not acknowledged; null where there is none. */
  readonly pending: Intent | null
  /** Letters were written for records that could not be encoded, up to this offset. */
  readonly letteredTo: number
  /** Compaction may have removed records of a pending range; what replaced them comes later. */
  readonly isCompacted: boolean
}

export interface StandingSources {
  readonly log: Log
  /** The group's; null where it has none, and begins with what is there. */
  readonly position: number | null
  /** The first offset that the log retains. */
  readonly first: number
  readonly intent: Intent | null
  readonly generation: number
  readonly isCompacted: boolean
}

/**
 * Fails with `INPUT_CHANGED` where a range that may be stored in part would be stored under another
 * token: one of another generation, or one before which the position was set back.
 *
 * What the log has removed meanwhile is a gap, and the sink goes on behind it. A pending range that
 * is gone as a whole is in the gap, and may be in the table or not.
 */
export const standingOf = async (
  at: TopicPartition,
  sources: StandingSources,
): Promise<Standing> => {
  const { first, intent, isCompacted } = sources
  const committed = sources.position ?? first
  const position = Math.max(committed, first)
  const letteredTo = intent?.letteredTo ?? -1
  const pending = intent && (await isPending(at, intent, committed, sources)) ? intent : null
  const isCut = pending !== null && pending.from < first && first <= pending.to
  // Where the log has the end of a pending range, sending it again says what is wrong.
  if (position === committed || isCut) {
    return { position: committed, gap: null, pending, letteredTo, isCompacted }
  }
  const isGone = pending !== null && pending.to < first
  const gap = { from: committed, to: first - 1, mayHave: isGone ? rangeOf(pending) : null }
  return { position, gap, pending: isGone ? null : pending, letteredTo, isCompacted }
}

const isPending = async (
  at: TopicPartition,
  intent: Intent,
  position: number,
  { log, first, generation }: StandingSources,
): Promise<boolean> => {
  if (intent.to < position && !intent.setBack) return false
  const from = Math.max(position, first)
  const wasSetBack = intent.setBack || (await hasRecords(log, at, from, intent.from))
  if (wasSetBack && generation > intent.generation) return false
  if (wasSetBack) throw setBack(at, position, intent)
  if (generation !== intent.generation) throw otherGeneration(at, intent, generation)
  return true
}

const rangeOf = ({ from, to }: Intent): Gap['mayHave'] => ({ from, to })

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
