import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { keptSchemasAt } from './kept-schemas.ts'

test.skipIf(!existsSync('/dev/full'))(
  'a schema that a full disk has no room for is told of',
  () => {
    const kept = keptSchemasAt('/dev/full')
    expect(() => kept.add(1, 'string')).toThrow(expect.objectContaining({ code: 'LOG_DISK_FULL' }))
  },
)

test('so is one whose file cannot be written', () => {
  const kept = keptSchemasAt(join(import.meta.filename, 'schemas.ndjson'))
  expect(() => kept.add(1, 'string')).toThrow(expect.objectContaining({ code: 'LOG_READ_ONLY' }))
})
