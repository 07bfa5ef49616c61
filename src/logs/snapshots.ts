/**
 * Snapshots of task state, as files beside the log: they bound a restore to one snapshot and the
 * changelog after it.
 *
 *   <dir>/<task>-<offset>-<epoch>.snapshot
 *   "MILLSNAP" | version | blocks of ( length | crc32 | entries ) | a block of length 0
 *
 * A snapshot is written beside its final name, synced, and renamed, so a file under the final name
 * is whole, unless the disk spoils it later. `offset` is the changelog's next offset when it was taken,
 * `epoch` the commit after which that was; a name without it is of an earlier version.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ChangelogEntry } from '../engine/commit.ts'
import { MillraceError } from '../engine/errors.ts'
import { faultOf } from './lmdb/faults.ts'
import { syncDirectory, writeFully } from './write-fully.ts'

const MAGIC = Buffer.from('MILLSNAP1')
const BLOCK_BYTES = 1 << 18
const HEAD_BYTES = 8
const ENTRY_HEAD_BYTES = 8
/** Where all is synced at the end, a commit of a log on the same disk is held up by hundreds of MB. */
const SYNC_BYTES = 1 << 22
/** The newest is kept with the one before it. */
const KEPT = 2

export interface SnapshotLabel {
  readonly task: string
  readonly offset: number
  /** The commit after which it was taken; earlier versions did not note it. */
  readonly epoch?: number
}

/** Between two pieces, so that others have their turn. */
export type Rest = () => Promise<void>

export interface Snapshots {
  /**
   * Keeps it with the one before it.
   *
   * @param rest awaited after each piece of some 256 KiB; the event loop is free in between anyway
   */
  save(
    label: SnapshotLabel,
    entries: Iterable<ChangelogEntry>,
    rest?: Rest,
  ): Promise<{ bytes: number }>
  /** Removes what is ahead of the log's `next` offset: the log was put back, and it never happened. */
  removeAhead(task: string, next: number): Promise<void>
  /** The newest at or below `offset`. */
  newest(task: string, offset: number): Promise<SnapshotLabel | null>
  /** When it was taken, in ms since 1970. */
  about(label: SnapshotLabel): Promise<{ takenAtMs: number }>
  /** @throws MillraceError `STATE_CORRUPT` where it is damaged, maybe after some entries */
  load(label: SnapshotLabel, take: (entry: ChangelogEntry) => void): Promise<{ bytes: number }>
}

export const fileSnapshots = (dir: string): Snapshots => ({
  async save(label, entries, rest) {
    const path = join(dir, nameOf(label))
    // Processes share the folder, and one that was stopped for long may take another's snapshot again.
    const part = `${path}.${process.pid}.part`
    try {
      await mkdir(dir, { recursive: true })
      const bytes = await write(part, entries, rest)
      await rename(part, path)
      await syncDirectory(dir)
      await removeOthers(dir, label)
      return { bytes }
    } catch (error) {
      await rm(part, { force: true }).catch(() => {})
      throw faultIn(dir, error)
    }
  },
  async removeAhead(task, next) {
    const ahead = (await labels(dir, task)).filter(({ offset }) => offset > next)
    for (const label of ahead) await rm(join(dir, nameOf(label)), { force: true })
  },
  async newest(task, offset) {
    const usable = (await labels(dir, task)).filter(label => label.offset <= offset)
    return usable.at(-1) ?? null
  },
  async about(label) {
    const { mtimeMs } = await stat(join(dir, nameOf(label)))
    return { takenAtMs: mtimeMs }
  },
  async load(label, take) {
    const path = join(dir, nameOf(label))
    const file = await open(path, 'r').catch(error => {
      throw faultIn(dir, error)
    })
    try {
      const { size } = await file.stat()
      if (!(await read(file, path, MAGIC.length)).equals(MAGIC)) throw corrupt(path)
      for (let at = MAGIC.length; ; ) {
        const head = await read(file, path, HEAD_BYTES)
        const length = head.readUInt32BE(0)
        at += HEAD_BYTES + length
        // An end that is not the file's is a stretch that the disk has lost, read as zeros.
        if (at > size || (length === 0 && at < size)) throw corrupt(path)
        if (length === 0) return { bytes: size }
        const block = await read(file, path, length)
        if (crc32(block) !== head.readUInt32BE(4)) throw corrupt(path)
        readEntries(block, take)
      }
    } finally {
      await file.close()
    }
  },
})

const nameOf = ({ task, offset, epoch }: SnapshotLabel): string => {
  const place = String(offset).padStart(15, '0')
  const commit = epoch === undefined ? '' : `-${String(epoch).padStart(10, '0')}`
  return `${task}-${place}${commit}.snapshot`
}

const labels = async (dir: string, task: string): Promise<SnapshotLabel[]> => {
  const names = await readdir(dir).catch(() => [] as string[])
  return names
    .map(name => /^(.+)-(\d{15})(?:-(\d{10}))?\.snapshot$/.exec(name))
    .filter(match => match?.[1] === task)
    .map(match => labelOf(task, match![2]!, match![3]))
    .sort((a, b) => a.offset - b.offset)
}

const labelOf = (task: string, offset: string, epoch: string | undefined): SnapshotLabel =>
  epoch === undefined
    ? { task, offset: Number(offset) }
    : { task, offset: Number(offset), epoch: Number(epoch) }

/** Those that are too old, those of commits that the log has lost again, and the same by another name. */
const removeOthers = async (dir: string, saved: SnapshotLabel): Promise<void> => {
  const { task, offset, epoch } = saved
  const found = await labels(dir, task)
  const same = found.filter(label => label.offset === offset && label.epoch !== epoch)
  const all = found.filter(label => !same.includes(label))
  const ahead = [...same, ...all.filter(label => label.offset > offset)]
  const old = all.filter(label => label.offset <= offset).slice(0, -KEPT)
  for (const label of [...old, ...ahead]) await rm(join(dir, nameOf(label)), { force: true })
  const parts = (await readdir(dir)).filter(name => name.endsWith('.part'))
  for (const name of parts) if (taskOf(name) === task) await rm(join(dir, name), { force: true })
}

const faultIn = (dir: string, error: unknown): unknown => {
  const fault = faultOf(error, dir, 0)
  const isFull = fault instanceof MillraceError && fault.code === 'LOG_DISK_FULL'
  return isFull || (error as NodeJS.ErrnoException).code === 'EFBIG' ? noRoom(dir, error) : fault
}

const noRoom = (dir: string, cause: unknown): MillraceError =>
  new MillraceError(
    'LOG_DISK_FULL',
    `the disk of ${dir} is full, and a snapshot was not saved. Free some space; what was saved ` +
      'before is whole.',
    { cause },
  )

/** Also of one that was not written to its end. */
const taskOf = (name: string): string | undefined =>
  /^(.+)-\d{15}(?:-\d{10})?\.snapshot(\.\d+\.part)?$/.exec(name)?.[1]

const write = async (
  path: string,
  entries: Iterable<ChangelogEntry>,
  rest: Rest | undefined,
): Promise<number> => {
  const file = await open(path, 'w')
  try {
    let at = await writeFully(file, MAGIC, 0)
    let syncedTo = 0
    for (const block of blocksOf(entries)) {
      at = await writeFully(file, block, at)
      // Nobody's commit waits for the disk where nothing rests in between.
      if (rest && at - syncedTo >= SYNC_BYTES) {
        await file.datasync()
        syncedTo = at
      }
      await rest?.()
    }
    await file.sync()
    return at
  } finally {
    await file.close()
  }
}

/**
 * Each block is valid until the next is asked for: all are put together in the same memory. A buffer for
 * each entry and each block is thrice the snapshot, and has the garbage collector run all the while.
 */
function* blocksOf(entries: Iterable<ChangelogEntry>): Generator<Buffer> {
  let room: Buffer = Buffer.allocUnsafeSlow(2 * BLOCK_BYTES)
  let end = HEAD_BYTES
  for (const entry of entries) {
    room = withRoomFor(entry, room, end)
    end = writeEntry(entry, room, end)
    if (end < HEAD_BYTES + BLOCK_BYTES) continue
    yield framed(room.subarray(0, end))
    end = HEAD_BYTES
  }
  if (end > HEAD_BYTES) yield framed(room.subarray(0, end))
  yield Buffer.alloc(HEAD_BYTES)
}

/** Writes the head, which there is room for, before a block's entries. */
const framed = (block: Buffer): Buffer => {
  const entries = block.subarray(HEAD_BYTES)
  block.writeUInt32BE(entries.length, 0)
  block.writeUInt32BE(crc32(entries), 4)
  return block
}

/** The same with what is in it up to `end`, or larger, where a single entry is large. */
const withRoomFor = ({ key, value }: ChangelogEntry, room: Buffer, end: number): Buffer => {
  // No character takes more than three bytes.
  const needed = end + ENTRY_HEAD_BYTES + 3 * key.length + value!.length
  if (needed <= room.length) return room
  const larger = Buffer.allocUnsafeSlow(2 * needed)
  room.copy(larger, 0, 0, end)
  return larger
}

/** Key length, value length, key, value; returns where it ends. A snapshot holds no removed keys. */
const writeEntry = ({ key, value }: ChangelogEntry, into: Buffer, at: number): number => {
  const keyAt = at + ENTRY_HEAD_BYTES
  const keyBytes = into.write(key, keyAt)
  into.writeUInt32BE(keyBytes, at)
  into.writeUInt32BE(value!.length, at + 4)
  return keyAt + keyBytes + value!.copy(into, keyAt + keyBytes)
}

const read = async (file: FileHandle, path: string, length: number): Promise<Buffer> => {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length)
  if (bytesRead < length) throw corrupt(path)
  return buffer
}

const readEntries = (block: Buffer, take: (entry: ChangelogEntry) => void): void => {
  for (let at = 0; at < block.length; ) {
    const valueAt = at + ENTRY_HEAD_BYTES + block.readUInt32BE(at)
    const end = valueAt + block.readUInt32BE(at + 4)
    take({
      key: block.toString('utf8', at + ENTRY_HEAD_BYTES, valueAt),
      value: block.subarray(valueAt, end),
    })
    at = end
  }
}

const corrupt = (path: string): MillraceError =>
  new MillraceError(
    'STATE_CORRUPT',
    `snapshot ${path} is damaged, and what is before it is gone as well. Bring it back from a copy, ` +
      "or raise the pipeline's `generation` to start anew.",
  )
