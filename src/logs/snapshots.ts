/**
 * Snapshots of task state, as files beside the log: they bound a restore to one snapshot and the
 * changelog after it.
 *
 *   <dir>/<task>-<offset>.snapshot
 *   "MILLSNAP" | version | blocks of ( length | crc32 | entries ) | a block of length 0
 *
 * A snapshot is written beside its final name, synced, and renamed, so a file under the final name
 * is whole. `offset` is the changelog's next offset when it was taken.
 */
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { ChangelogEntry } from '../engine/commit.ts'
import { MillraceError } from '../engine/errors.ts'

const MAGIC = Buffer.from('MILLSNAP1')
const BLOCK_BYTES = 1 << 20
/** The newest is kept with the one before it. */
const KEPT = 2

export interface SnapshotLabel {
  readonly task: string
  readonly offset: number
}

export interface Snapshots {
  save(label: SnapshotLabel, entries: Iterable<ChangelogEntry>): Promise<{ bytes: number }>
  /** The newest at or below `offset`: one that is ahead of the log holds what never happened. */
  newest(task: string, offset: number): Promise<SnapshotLabel | null>
  load(label: SnapshotLabel, take: (entry: ChangelogEntry) => void): Promise<{ bytes: number }>
}

export const fileSnapshots = (dir: string): Snapshots => ({
  async save(label, entries) {
    await mkdir(dir, { recursive: true })
    const path = join(dir, nameOf(label))
    const bytes = await write(`${path}.part`, entries)
    await rename(`${path}.part`, path)
    for (const old of (await labels(dir, label.task)).slice(0, -KEPT)) {
      await rm(join(dir, nameOf(old)))
    }
    return { bytes }
  },
  async newest(task, offset) {
    const usable = (await labels(dir, task)).filter(label => label.offset <= offset)
    return usable.at(-1) ?? null
  },
  async load(label, take) {
    const path = join(dir, nameOf(label))
    const file = await open(path, 'r')
    try {
      if (!(await read(file, path, MAGIC.length)).equals(MAGIC)) throw corrupt(path)
      for (;;) {
        const head = await read(file, path, 8)
        const length = head.readUInt32BE(0)
        if (length === 0) return { bytes: (await file.stat()).size }
        const block = await read(file, path, length)
        if (crc32(block) !== head.readUInt32BE(4)) throw corrupt(path)
        readEntries(block, take)
      }
    } finally {
      await file.close()
    }
  },
})

const nameOf = ({ task, offset }: SnapshotLabel): string =>
  `${task}-${String(offset).padStart(15, '0')}.snapshot`

const labels = async (dir: string, task: string): Promise<SnapshotLabel[]> => {
  const names = await readdir(dir).catch(() => [] as string[])
  return names
    .map(name => /^(.+)-(\d{15})\.snapshot$/.exec(name))
    .filter(match => match?.[1] === task)
    .map(match => ({ task, offset: Number(match![2]) }))
    .sort((a, b) => a.offset - b.offset)
}

const write = async (path: string, entries: Iterable<ChangelogEntry>): Promise<number> => {
  const file = await open(path, 'w')
  try {
    await file.write(MAGIC)
    for (const block of blocksOf(entries)) await file.write(block)
    await file.sync()
    return (await file.stat()).size
  } finally {
    await file.close()
  }
}

function* blocksOf(entries: Iterable<ChangelogEntry>): Generator<Buffer> {
  let parts: Buffer[] = []
  let size = 0
  for (const entry of entries) {
    const part = encoded(entry)
    parts.push(part)
    size += part.length
    if (size < BLOCK_BYTES) continue
    yield framed(Buffer.concat(parts))
    parts = []
    size = 0
  }
  if (size > 0) yield framed(Buffer.concat(parts))
  yield Buffer.alloc(8)
}

const framed = (block: Buffer): Buffer => {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(block.length, 0)
  head.writeUInt32BE(crc32(block), 4)
  return Buffer.concat([head, block])
}

/** Key length, value length, key, value. A snapshot holds no removed keys. */
const encoded = ({ key, value }: ChangelogEntry): Buffer => {
  const keyBytes = Buffer.byteLength(key)
  const bytes = Buffer.allocUnsafe(8 + keyBytes + value!.length)
  bytes.writeUInt32BE(keyBytes, 0)
  bytes.writeUInt32BE(value!.length, 4)
  bytes.write(key, 8)
  value!.copy(bytes, 8 + keyBytes)
  return bytes
}

const read = async (file: FileHandle, path: string, length: number): Promise<Buffer> => {
  const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length)
  if (bytesRead < length) throw corrupt(path)
  return buffer
}

const readEntries = (block: Buffer, take: (entry: ChangelogEntry) => void): void => {
  for (let at = 0; at < block.length; ) {
    const valueAt = at + 8 + block.readUInt32BE(at)
    const end = valueAt + block.readUInt32BE(at + 4)
    take({ key: block.toString('utf8', at + 8, valueAt), value: block.subarray(valueAt, end) })
    at = end
  }
}

const corrupt = (path: string): MillraceError =>
  new MillraceError(
    'STATE_CORRUPT',
    `snapshot ${path} is damaged. Delete it: the one before it, or the changelog, is used instead.`,
  )
