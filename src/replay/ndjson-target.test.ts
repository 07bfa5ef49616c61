import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Output } from '../engine/commit.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import { deadLetters } from '../events.ts'
import { ndjsonTarget } from './ndjson-target.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-target-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const letter = (error: string) => ({
  topic: 'orders',
  partition: 0,
  offset: 1,
  stage: 'DECODE',
  pipelineId: null,
  key: null,
  schemaId: null,
  errorCode: 'MALFORMED_JSON',
  error,
  payload: Buffer.from('{'),
  headers: {} as Record<string, string>,
})

const outputOf = (record: ReturnType<typeof letter>, format: 'json' | 'avro'): Output => {
  const codecs = codecsOf(deadLetters)
  const value =
    format === 'json' ? codecs.encodeJson(record as never) : codecs.encodeAvro(record as never)
  return { topic: deadLetters, key: null, record, value, resultId: null }
}

const lines = async () =>
  (await readFile(join(folder, 'dead-letters.ndjson'), 'utf8')).trimEnd().split('\n')

test('results made as Avro become the lines that were made as JSON', async () => {
  const record = letter('cut off')
  const line = outputOf(record, 'json').value
  const avro = outputOf(record, 'avro')
  record.headers.changed = 'since'
  const target = ndjsonTarget(folder)
  await target.open(null, [deadLetters])
  await target.write([avro])
  await target.close()
  expect(await lines()).toEqual([line])
})

test('a commit larger than one piece of text is written whole, and its marks lead back', async () => {
  const target = ndjsonTarget(folder)
  await target.open(null, [deadLetters])
  const many = Array.from({ length: 12 }, (_, at) => letter(`${at} ${'é'.repeat(500_000)}`))
  const marks = await target.write(many.map(each => outputOf(each, 'json')))
  await target.write([outputOf(letter('after'), 'json')])
  await target.close()
  const again = ndjsonTarget(folder)
  await again.open(marks, [deadLetters])
  await again.write([outputOf(letter('instead'), 'json')])
  await again.close()
  const errors = (await lines()).map(line => JSON.parse(line).error.slice(0, 7).trim())
  expect(errors).toEqual([...many.map(({ error }) => error.slice(0, 7).trim()), 'instead'])
})
