import { Readable } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { codecsOf } from '../../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../../engine/topic.ts'
import { orders, topics } from '../../../events.ts'
import { TableRows } from '../reconcile/table-rows.ts'
import { type AnyRecord, anyRecord, topicOfLists } from './any-record.ts'
import { RowBuffer } from './row-buffer.ts'
import { rowEncoderOf } from './row-encoder.ts'
import { offsetAt, partitionAt, rowWalkerOf } from './row-walker.ts'

const each = [...topics, topicOfLists].map(topic => [topic.name, topic] as const)
const PARTITION = 5
const FIRST = 2 ** 35

/** Rows, and where each ends. */
const rowsFor = (topic: AnyTopic, records: readonly AnyRecord[]) => {
  const rows = new RowBuffer()
  const encoder = rowEncoderOf(topic)
  const ends = records.map((record, index) => {
    const value = codecsOf<AnyRecord>(topic).encodeAvro(record)
    const at = { partition: PARTITION, offset: FIRST + index, timestampMs: 0 }
    expect(encoder.append(rows, value, at)).toBe(null)
    return rows.length
  })
  return { bytes: Buffer.from(rows.bytes()), ends }
}

describe.each(each)('rows of %s', (_name, topic) => {
  const walker = rowWalkerOf(topic)

  test('end where the next begins, and nowhere where they were cut', () => {
    const some = fc.array(anyRecord(topic), { minLength: 1, maxLength: 3 })
    fc.assert(
      fc.property(some, fc.nat(), (records, cut) => {
        const { bytes, ends } = rowsFor(topic, records)
        ends.forEach((end, index) => {
          const start = ends[index - 1] ?? 0
          expect(walker.endOf(bytes, start)).toBe(end)
          expect(offsetAt(bytes, end)).toBe(FIRST + index)
          expect(partitionAt(bytes, end)).toBe(PARTITION)
          const shorter = bytes.subarray(0, start + (cut % (end - start)))
          expect(walker.endOf(shorter, start)).toBe(-1)
        })
      }),
      { numRuns: 20 },
    )
  })

  test('that differ in a field differ in its column', () => {
    const names = topic.schema.fields.map(field => field.name)
    const two = fc.tuple(anyRecord(topic), anyRecord(topic), fc.constantFrom(...names))
    fc.assert(
      fc.property(two, ([one, other, name]) => {
        const changed = { ...one, [name]: other[name] }
        fc.pre(codecsOf<AnyRecord>(topic).check(changed) === null)
        const [a, b] = [rowsFor(topic, [one]).bytes, rowsFor(topic, [changed]).bytes]
        const found = walker.differing(a, 0, b, 0)
        if (a.equals(b)) expect(found).toBe(null)
        else expect([name, `${name}_known`]).toContain(found)
      }),
      { numRuns: 20 },
    )
  })
})

describe('rows as they come over the wire', () => {
  const records = fc.sample(anyRecord(orders), { numRuns: 5, seed: 4 })
  const { bytes, ends } = rowsFor(orders, records)
  const range = {
    database: 'd',
    table: 'orders',
    columns: [],
    partition: PARTITION,
    from: FIRST,
    to: FIRST + records.length,
  }

  const read = async (chunks: readonly Buffer[], of = range): Promise<Buffer[]> => {
    const stream = Readable.from(chunks, { objectMode: false })
    const rows = new TableRows(of, rowWalkerOf(orders), stream)
    const found: Buffer[] = []
    await rows.load()
    while (rows.offset < Number.POSITIVE_INFINITY) {
      found.push(Buffer.from(rows.bytes.subarray(rows.start, rows.end)))
      if (!rows.next()) await rows.load()
    }
    return found
  }

  /** Quicker to compare than bytes are. */
  const digits = (rows: readonly Buffer[]) => rows.map(row => row.toString('hex'))

  test('are the same rows, wherever the pieces end', async () => {
    const whole = ends.map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    const cuts = fc.array(fc.nat({ max: bytes.length }), { maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(cuts, async places => {
        const sorted = [0, ...places.sort((a, b) => a - b), bytes.length]
        const chunks = sorted.slice(1).map((end, index) => bytes.subarray(sorted[index], end))
        expect(digits(await read(chunks))).toEqual(digits(whole))
      }),
      { numRuns: 30 },
    )
  })

  test('are refused where the last of them is cut', async () => {
    await expect(read([bytes.subarray(0, bytes.length - 1)])).rejects.toThrow(/broke off/)
  })

  test('are refused with the words of a server that failed in the middle', async () => {
    const said = '\r\n__exception__\r\nabcdefghijklmnop\r\nCode: 241. Memory limit exceeded'
    const answer = read([bytes.subarray(0, ends[2]), Buffer.from(said)])
    await expect(answer).rejects.toThrow(`broke off after offset ${FIRST + 2}: Code: 241. Memory`)
  })

  test.each([
    ['another partition', { ...range, partition: 4 }],
    ['offsets below those asked for', { ...range, from: FIRST + 1 }],
    ['offsets above those asked for', { ...range, to: FIRST + 4 }],
  ])('are refused where they are of %s', async (_what, of) => {
    await expect(read([bytes], of)).rejects.toThrow(/broke off/)
  })
})
