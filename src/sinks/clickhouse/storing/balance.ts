import type { Subscription } from '../../../logs/log.ts'
import type { SinkPartition } from './sink-partition.ts'

/**
 * Pauses and resumes partitions, so that the rows that wait stay within bounds. Half of the memory is
 * for whoever comes first, the other half in equal parts for each: a table that does not take its
 * rows leaves room for the others.
 */
export const balance = (
  partitions: ReadonlyMap<string, SinkPartition>,
  bufferedBytesMax: number,
  subscription: Subscription | null,
): void => {
  const half = bufferedBytesMax / 2
  const share = half / partitions.size
  const isTight = bufferedBytesOf(partitions) >= half
  for (const partition of partitions.values()) {
    const isOver = isTight && partition.bufferedBytes >= share
    if (isOver) partition.hurry()
    setPaused(partition, isOver || partition.isFull, subscription)
  }
}

export const bufferedBytesOf = (partitions: ReadonlyMap<string, SinkPartition>): number => {
  let bytes = 0
  for (const partition of partitions.values()) bytes += partition.bufferedBytes
  return bytes
}

const setPaused = (
  partition: SinkPartition,
  isPaused: boolean,
  subscription: Subscription | null,
): void => {
  if (partition.isPaused === isPaused) return
  partition.isPaused = isPaused
  if (isPaused) subscription?.pause([partition.at])
  else subscription?.resume([partition.at])
}

const POLL = { recordsMax: 4_000, bytesMax: 1024 * 1024, waitMs: 1_000 }
export type PollLimits = typeof POLL
/** Of the memory for rows, a poll brings a small part, as that is how far it may be exceeded. */
const POLLS_BUFFERED = 16
/** Of a record, at the least, with its place in the log. */
const ROW_BYTES = 32

/** Small enough that a turn of the event loop stays short, with the records made into rows in it. */
export const pollLimits = (bufferedBytesMax: number): PollLimits => {
  const bytesMax = Math.min(POLL.bytesMax, Math.ceil(bufferedBytesMax / POLLS_BUFFERED))
  const recordsMax = Math.min(POLL.recordsMax, Math.ceil(bytesMax / ROW_BYTES))
  return { ...POLL, bytesMax, recordsMax }
}
