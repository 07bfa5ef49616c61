import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { inTemporaryFolder, withFile } from '../../test/temporary-folder.ts'
import { continuesInput, inputSignature } from './input-signature.ts'
import { type NdjsonOptions, openNdjson } from './ndjson.ts'
import type { RecordStream } from './record-stream.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

const inFolder = <T>(files: Files, use: (folder: string) => Promise<T>): Promise<T> =>
  inTemporaryFolder(async folder => {
    for (const [name, content] of Object.entries(files)) {
      await writeFile(join(folder, name), content)
    }
    return use(folder)
  })

const drained = async (stream: RecordStream, recordsMax = 2): Promise<string[]> => {
  const lines: string[] = []
  for (;;) {
    const records = await stream.read(recordsMax)
    if (records.length === 0) return lines
    expect(records.length).toBeLessThanOrEqual(recordsMax)
    lines.push(...records.map(record => `${record.offset} ${record.value}`))
  }
}

const readAll = async (
  path: string,
  options?: NdjsonOptions,
): Promise<Record<string, string[]>> => {
  const history = await openNdjson(path, options)
  const all: Record<string, string[]> = {}
  try {
    for (const stream of history.streams) all[stream.topic] = await drained(stream)
  } finally {
    await history.close()
  }
  return all
}

const lines = Array.from({ length: 50_000 }, (_, line) => `{"line":${line}}`)
const numbered = lines.map((line, offset) => `${offset} ${line}`)

test('a folder gives a stream per topic, packed or not; results are read when asked for', async () => {
  const files = {
    'orders.ndjson': '{"a":1}\r\n\n{"a":2}',
    'prices.ndjson.gz': gzipSync('{"b":1}\n'),
    'inventory.ndjson': '',
    'fraud-scores.ndjson': '{"c":1}\n',
    'README.txt': 'not history',
  }
  await inFolder(files, async folder => {
    expect(await readAll(folder)).toEqual({
      inventory: [],
      orders: ['0 {"a":1}', '2 {"a":2}'],
      prices: ['0 {"b":1}'],
    })
    expect(await readAll(folder, { topics: ['fraud-scores'] })).toEqual({
      'fraud-scores': ['0 {"c":1}'],
    })
    expect(await readAll(join(folder, 'fraud-scores.ndjson'))).toHaveProperty('fraud-scores')
  })
})

test('a long file comes whole and in order, packed or not', async () => {
  const text = lines.join('\n')
  await inFolder({ 'orders.ndjson': text, 'prices.ndjson.gz': gzipSync(text) }, async folder => {
    const { orders, prices } = await readAll(folder)
    expect(orders).toEqual(numbered)
    expect(prices).toEqual(numbered)
  })
})

test('records stay as they are while more are read', async () => {
  await withFile('orders.ndjson', lines.join('\n'), async path => {
    const stream = (await openNdjson(path)).streams[0]!
    const first = await stream.read(3)
    await drained(stream, 10_000)
    expect(first.map(record => `${record.value}`)).toEqual(lines.slice(0, 3))
  })
})

test('reading starts at the line that is asked for', async () => {
  await withFile('orders.ndjson', lines.join('\n'), async path => {
    const { orders } = await readAll(path, { startAt: () => 49_990 })
    expect(orders).toEqual(numbered.slice(49_990))
    expect(await readAll(path, { startAt: () => 60_000 })).toEqual({ orders: [] })
  })
})

test('what cannot be history is refused, with what to do', async () => {
  const refusals: readonly (readonly [Files, string, RegExp])[] = [
    [{ 'order.ndjson': '' }, 'CONFIG_INVALID', /order\.ndjson is named after a topic.*orders/],
    [{ 'orders.csv': '' }, 'INPUT_MISSING', /holds no <topic>\.ndjson/],
    [
      { 'orders.ndjson': '', 'orders.ndjson.gz': gzipSync('') },
      'CONFIG_INVALID',
      /orders\.ndjson and .*orders\.ndjson\.gz are of the same topic/,
    ],
  ]
  for (const [files, code, message] of refusals) {
    await inFolder(files, async folder => {
      await expect(openNdjson(folder)).rejects.toMatchObject({
        code,
        message: expect.stringMatching(message),
      })
    })
  }
  await expect(openNdjson('/no/such/orders.ndjson')).rejects.toMatchObject({
    code: 'INPUT_MISSING',
    message: expect.stringContaining('/no/such/orders.ndjson'),
  })
  await withFile('orders.csv', '', async path => {
    await expect(openNdjson(path)).rejects.toMatchObject({ code: 'CONFIG_INVALID' })
  })
})

test('packed data that ends too early, or is none, is unreadable', async () => {
  const whole = gzipSync(lines.join('\n'))
  const torn = { 'orders.ndjson.gz': whole.subarray(0, whole.length / 2) }
  await inFolder(torn, async folder => {
    await expect(readAll(folder)).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringMatching(/orders\.ndjson\.gz ends in the middle/),
    })
  })
  await inFolder({ 'orders.ndjson.gz': '{"a":1}\n' }, async folder => {
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'INPUT_UNREADABLE' })
  })
})

test.skipIf(process.getuid?.() === 0)(
  'a file without permission is named (not as root)',
  async () => {
    await withFile('orders.ndjson', '', async path => {
      await chmod(path, 0)
      await expect(openNdjson(path)).rejects.toMatchObject({
        code: 'INPUT_UNREADABLE',
        message: expect.stringContaining(path),
      })
    })
  },
)

test('a file that grew continues; one that was changed does not', async () => {
  await withFile('orders.ndjson', '{"a":1}\n', async path => {
    const before = await inputSignature(path)
    expect((await openNdjson(path)).streams[0]!.signature).toEqual(before)
    await writeFile(path, '{"a":1}\n{"a":2}\n')
    expect(await continuesInput(path, before)).toBe(true)
    await writeFile(path, '{"a":7}\n{"a":2}\n')
    expect(await continuesInput(path, before)).toBe(false)
    const long = lines.join('\n')
    await writeFile(path, long)
    const whole = await inputSignature(path)
    await writeFile(path, long.slice(0, -1))
    expect(await continuesInput(path, whole)).toBe(false)
  })
})

test('a folder with the name of a file is said to be one', async () => {
  await inTemporaryFolder(async folder => {
    await mkdir(join(folder, 'orders.ndjson'))
    await expect(openNdjson(folder).then(() => readAll(folder))).rejects.toMatchObject({
      code: 'INPUT_UNREADABLE',
      message: expect.stringContaining('is a folder'),
    })
  })
})
