import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inTemporaryFolder } from '../../test/temporary-folder.ts'
import { openNdjson } from '../sources/ndjson.ts'
import { signaturesOf } from './continuing.ts'

/** What is said of a file whose text was one thing, and is another when the run goes on. */
const goingOn = (was: string, is: string): Promise<unknown> =>
  inTemporaryFolder(async folder => {
    const path = join(folder, 'orders.ndjson')
    await writeFile(path, was)
    const before = await openNdjson(path)
    const signatures = await signaturesOf(before.streams, [])
    await before.close()
    await writeFile(path, is)
    const now = await openNdjson(path)
    try {
      return await signaturesOf(now.streams, signatures)
    } finally {
      await now.close()
    }
  })

test('a file that grew is the file that was read', async () => {
  await expect(goingOn('{"a":1}\n', '{"a":1}\n{"a":2}\n')).resolves.toHaveLength(1)
})

test('a small file that grew and was changed at its beginning is another', async () => {
  await expect(goingOn('{"a":1}\n', '{"b":1}\n{"a":2}\n')).rejects.toThrow(
    'is not the file that this run has read part of',
  )
})

test('a file that shrank is another', async () => {
  await expect(goingOn('{"a":1}\n{"a":2}\n', '{"a":1}\n')).rejects.toThrow('orders.ndjson is not')
})
