/** Turns a commit into what is put on disk in one transaction. */
import type { Append, Commit, CommitReceipt, LogRecord, Position } from '../log.ts'
import { recordBytes } from '../record-rules.ts'
import { type Catalogue, encodeState, type Partition, type PartitionState } from './catalogue.ts'
import { encodeFrame } from './frame.ts'
import type { FrameRoom } from './frame-room.ts'
import { batchKey, partitionKey, positionKey } from './keys.ts'

/** A batch is closed at this size, so that reading a part of it stays cheap. */
const FRAME_BYTES_MAX = 256 * 1024

export interface Plan {
  readonly puts: readonly { readonly key: Buffer; readonly value: Buffer }[]
  readonly states: ReadonlyMap<Partition, PartitionState>
  readonly appended: CommitReceipt['appended']
  /** By how much the log grows. */
  readonly bytes: number
}

/** @param room where frames are written: the plan is good until it is cleared */
export const planCommit = (
  catalogue: Catalogue,
  commit: Commit,
  timestampMs: number,
  room: FrameRoom,
): Plan => {
  const puts: { key: Buffer; value: Buffer }[] = []
  const states = new Map<Partition, PartitionState>()
  const appended: { first: number; next: number }[] = []
  let bytes = 0
  for (const append of commit.appends) {
    const partition = catalogue.partition(append)
    const before = states.get(partition) ?? partition.state
    const size = putFrames(puts, partition, append, before.next, timestampMs, room)
    const next = before.next + append.records.length
    states.set(partition, { ...before, next, bytes: before.bytes + size })
    appended.push({ first: before.next, next })
    bytes += size
  }
  putStates(puts, states)
  if (commit.consumed) putPositions(puts, commit.consumed.group, commit.consumed.positions)
  return { puts, states, appended, bytes }
}

type Puts = { key: Buffer; value: Buffer }[]

const putFrames = (
  puts: Puts,
  { topicId, partition }: Partition,
  { records }: Append,
  first: number,
  timestampMs: number,
  room: FrameRoom,
): number => {
  const take = (size: number): Buffer => room.take(size)
  let bytes = 0
  for (let start = 0; start < records.length; ) {
    const end = frameEnd(records, start)
    const frame = { base: first + start, last: first + end - 1, timestampMs }
    const whole = start === 0 && end === records.length
    const value = encodeFrame(frame, whole ? records : records.slice(start, end), null, take)
    puts.push({ key: batchKey(topicId, partition, frame.last), value })
    bytes += value.length
    start = end
  }
  return bytes
}

const frameEnd = (records: readonly LogRecord[], start: number): number => {
  let bytes = 0
  for (let i = start; i < records.length; i++) {
    bytes += recordBytes(records[i]!)
    if (bytes > FRAME_BYTES_MAX && i > start) return i
  }
  return records.length
}

const putStates = (puts: Puts, states: ReadonlyMap<Partition, PartitionState>): void => {
  for (const [{ topicId, partition }, state] of states) {
    puts.push({ key: partitionKey(topicId, partition), value: encodeState(state) })
  }
}

const putPositions = (puts: Puts, group: string, positions: readonly Position[]): void => {
  for (const { topic, partition, next } of positions) {
    const value = Buffer.allocUnsafe(8)
    value.writeDoubleLE(next)
    puts.push({ key: positionKey(group, topic, partition), value })
  }
}
