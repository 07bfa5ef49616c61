import { type FileHandle, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeFully } from './write-fully.ts'

let folder = ''
let file: FileHandle
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-write-'))
  file = await open(join(folder, 'file'), 'w')
})
afterEach(async () => {
  await file.close()
  await rm(folder, { recursive: true, force: true })
})

/** Takes at most so many bytes at a time, as a disk that fills up. */
const taking = (bytesMax: number) => ({
  write: (bytes: Buffer, offset: number, length: number, position: number) =>
    file.write(bytes, offset, Math.min(length, bytesMax), position),
})

test('what the system takes in pieces is written whole', async () => {
  const at = await writeFully(taking(3) as never, Buffer.from('hello, '), 0)
  expect(await writeFully(taking(3) as never, Buffer.from('world'), at)).toBe(12)
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('hello, world')
})

test('a system that takes nothing more is a fault, not waited for', async () => {
  await expect(writeFully(taking(0) as never, Buffer.from('x'), 0)).rejects.toThrow('nothing')
})
