import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { inTemporaryFolder } from '../../test/temporary-folder.ts'
import { codecsOf } from '../engine/schema/codecs.ts'
import { topicNamed } from '../events.ts'
import { type ImportTarget, importData } from './import.ts'
import { importToLog, type WritableLog } from './import-to-log.ts'
import { importToNdjson } from './import-to-ndjson.ts'
import { openLogSource, type ReadableLog } from './log-source.ts'
import type { RawRecord } from './record-stream.ts'

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country'
const INVOICES = 3_000
const FIRST_AT = Date.UTC(2011, 1, 1, 10)

/** A price event for each of five products once, and an order for each invoice. */
const retail = (extra = ''): string => {
  const line = (invoice: number) =>
    `${100_000 + invoice},sku-${invoice % 5},x,1,2011-02-01 10:00:00,2.5,,United Kingdom`
  const lines = Array.from({ length: INVOICES }, (_, invoice) => line(invoice))
  return [HEADER, ...lines, extra].join('\n')
}

const inRetailFolder = <T>(
  use: (path: string, out: string) => Promise<T>,
  extra = '',
): Promise<T> =>
  inTemporaryFolder(async folder => {
    await writeFile(join(folder, 'retail.csv'), retail(extra))
    return use(join(folder, 'retail.csv'), join(folder, 'out'))
  })

const importRetail = (path: string, to: ImportTarget) =>
  importData({ format: 'online-retail', path, to })

/** A log in memory: all that an import and a source need of one. `commitsMax` makes it break. */
class MemoryLog implements WritableLog, ReadableLog {
  commitsMax = Number.POSITIVE_INFINITY
  readonly #topics = new Map<string, { partitions: number }>()
  readonly #records = new Map<string, RawRecord[]>()
  readonly #groups = new Map<string, { topic: string; partition: number; next: number }[]>()

  async topics() {
    return this.#topics
  }
  async createTopic(topic: string, { partitions }: { partitions: number }) {
    this.#topics.set(topic, { partitions })
  }
  async committed(group: string) {
    return this.#groups.get(group) ?? []
  }
  async commit({ appends, consumed }: Parameters<WritableLog['commit']>[0]) {
    if (this.commitsMax-- <= 0) throw new Error('power cut')
    for (const append of appends) {
      const held = this.#at(append)
      for (const record of append.records) {
        held.push({ ...record, offset: held.length, timestampMs: 7 })
      }
    }
    this.#groups.set(consumed.group, [...consumed.positions])
    return { durable: Promise.resolve() }
  }
  async range(at: { topic: string; partition: number }) {
    return { first: 0, next: this.#at(at).length }
  }
  async read(
    at: { topic: string; partition: number },
    from: number,
    limits: { recordsMax: number },
  ) {
    const records = this.#at(at).slice(from, from + limits.recordsMax)
    return { records, atEnd: from + records.length >= this.#at(at).length }
  }
  #at({ topic, partition }: { topic: string; partition: number }): RawRecord[] {
    const held = this.#records.get(`${topic}-${partition}`) ?? []
    this.#records.set(`${topic}-${partition}`, held)
    return held
  }
}

const idOf = (topic: string, { value }: RawRecord): string =>
  codecsOf(topicNamed(topic)!).decodeAvro(value!).eventId

const contentOf = async (log: MemoryLog): Promise<Record<string, string[]>> => {
  const content: Record<string, string[]> = {}
  for (const stream of (await openLogSource(log, { topics: ['orders', 'prices'] })).streams) {
    const ids: string[] = []
    for (let batch = await stream.read(700); batch.length > 0; batch = await stream.read(700)) {
      ids.push(
        ...batch.map(record => `${record.offset} ${record.key} ${idOf(stream.topic, record)}`),
      )
    }
    content[stream.name] = ids
  }
  return content
}

test('an import into a folder writes a file per topic, and says what it wrote', async () => {
  await inRetailFolder(async (path, out) => {
    const { topics, notes } = await importRetail(path, importToNdjson(out))
    const span = { alreadyThere: 0, firstAt: FIRST_AT, lastAt: FIRST_AT }
    expect(topics.get('orders')).toEqual({ count: INVOICES, ...span })
    expect(topics.get('prices')).toEqual({ count: 5, ...span })
    expect(notes).toEqual([])
    expect((await readdir(out)).sort()).toEqual(['orders.ndjson', 'prices.ndjson'])
    const orders = (await readFile(join(out, 'orders.ndjson'), 'utf8')).trimEnd().split('\n')
    expect(orders.map(line => JSON.parse(line).orderId)).toEqual(
      Array.from({ length: INVOICES }, (_, invoice) => String(100_000 + invoice)),
    )
  })
})

test('an import that fails leaves no file, and the earlier ones as they were', async () => {
  await inRetailFolder(async (path, out) => {
    await importRetail(path, importToNdjson(out))
    const before = await readFile(join(out, 'orders.ndjson'), 'utf8')
    await writeFile(path, retail('1,A,x,broken'))
    await expect(importRetail(path, importToNdjson(out))).rejects.toThrow(/retail\.csv:3002/)
    expect((await readdir(out)).sort()).toEqual(['orders.ndjson', 'prices.ndjson'])
    expect(await readFile(join(out, 'orders.ndjson'), 'utf8')).toBe(before)
  })
})

test('a folder without data, and a path that is not there, are named', async () => {
  await inTemporaryFolder(async folder => {
    const to = importToNdjson(join(folder, 'out'))
    await expect(importRetail(folder, to)).rejects.toThrow(/holds no file that ends in \.csv/)
    const nowhere = join(folder, 'nowhere.csv')
    await expect(importRetail(nowhere, to)).rejects.toMatchObject({ code: 'INPUT_MISSING' })
  })
})

test('a folder that cannot be written to is named', async () => {
  await inRetailFolder(async path => {
    await expect(importRetail(path, importToNdjson(join(path, 'x')))).rejects.toMatchObject({
      code: 'OUTPUT_UNWRITABLE',
      message: expect.stringContaining(join(path, 'x')),
    })
  })
})

test('an import into a log that is interrupted goes on where it was; nothing is doubled', async () => {
  await inRetailFolder(async path => {
    const whole = new MemoryLog()
    await importRetail(path, importToLog(whole, 3))
    const log = new MemoryLog()
    for (let attempt = 1; ; attempt++) {
      log.commitsMax = 1
      const done = await importRetail(path, importToLog(log, 3)).catch(() => null)
      if (done === null) continue
      expect(attempt).toBeGreaterThan(1)
      expect(done.topics.get('orders')).toMatchObject({ count: INVOICES })
      expect(done.topics.get('orders')!.alreadyThere).toBeGreaterThan(0)
      break
    }
    const content = await contentOf(log)
    expect(content).toEqual(await contentOf(whole))
    expect(Object.keys(content)).toHaveLength(6)
    expect(Object.values(content).flat()).toHaveLength(INVOICES + 5)
  })
})

test('the same import again adds nothing; another file of the format is another import', async () => {
  const log = new MemoryLog()
  const importInto = (extra?: string) =>
    inRetailFolder(path => importRetail(path, importToLog(log)), extra)
  await importInto()
  const before = await contentOf(log)
  expect((await importInto()).topics.get('orders')!.alreadyThere).toBe(INVOICES)
  expect(await contentOf(log)).toEqual(before)
  const part = retail().replace('100000,sku-0', '99,sku-0')
  await inTemporaryFolder(async folder => {
    await writeFile(join(folder, 'part.csv'), part)
    await importRetail(folder, importToLog(log))
  })
  expect((await contentOf(log))['orders-0']).toHaveLength(2 * INVOICES)
})

test('a log is read to where it ended when it was opened', async () => {
  const log = new MemoryLog()
  await inRetailFolder(path => importRetail(path, importToLog(log)))
  const { streams } = await openLogSource(log, {
    topics: ['orders', 'shipments'],
    startAt: () => INVOICES - 2,
  })
  const record = { key: Buffer.from('k'), value: Buffer.from('later') }
  const append = { topic: 'orders', partition: 0, records: [record] }
  await log.commit({ appends: [append], consumed: { group: 'g', positions: [] } })
  expect(streams.map(({ topic, partition, format }) => [topic, partition, format])).toEqual([
    ['orders', 0, 'auto'],
  ])
  expect((await streams[0]!.read(9)).map(({ offset }) => offset)).toEqual([2_998, 2_999])
  expect(await streams[0]!.read(9)).toEqual([])
})
