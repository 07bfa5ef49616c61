import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LINE_BYTES_MAX, LineScanner } from './line-scanner.ts'
import type { RawRecord } from './record-stream.ts'

/** Feeds the blocks, and takes at most `recordsMax` at a time. */
const scanned = (blocks: readonly Buffer[], recordsMax: number, startAt = 0): RawRecord[] => {
  const scanner = new LineScanner('clicks.ndjson', startAt)
  const all: RawRecord[] = []
  for (const block of blocks) {
    scanner.feed(block)
    for (let more = true; more; ) {
      const records: RawRecord[] = []
      more = scanner.take(records, recordsMax)
      expect(records.length).toBeLessThanOrEqual(recordsMax)
      all.push(...records)
    }
  }
  scanner.takeLast(all)
  return all
}

/** The same by cutting the whole text at once. */
const naive = (text: string, startAt: number) =>
  text
    .split('\n')
    .map((line, offset) => ({ offset, value: line.replace(/\r$/, '') }))
    .filter(({ offset, value }) => offset >= startAt && value.trim() !== '')

test('lines keep their number and bytes, wherever blocks are cut and however many are taken', () => {
  const texts = fc.string({
    unit: fc.constantFrom('a', 'ß', '{', '\n', '\n', '\r\n', ' '),
    maxLength: 60,
  })
  const cuts = fc.array(fc.nat(80))
  fc.assert(
    fc.property(
      texts,
      cuts,
      fc.integer({ min: 1, max: 9 }),
      fc.nat(8),
      (text, at, max, startAt) => {
        const bytes = Buffer.from(text)
        const places = [0, ...at.map(cut => Math.min(cut, bytes.length)), bytes.length]
        places.sort((a, b) => a - b)
        const blocks = places
          .slice(1)
          .map((place, i) => Buffer.from(bytes.subarray(places[i], place)))
        const lines = scanned(blocks, max, startAt)
        const found = lines.map(({ offset, value }) => ({ offset, value: value!.toString() }))
        expect(found).toEqual(naive(text, startAt))
      },
    ),
  )
})

test('a byte order mark is no part of the first line', () => {
  expect(scanned([Buffer.from('\uFEFF{}\n')], 9)[0]!.value!.toString()).toBe('{}')
})

test('a line of 16 MiB is read; a longer one is refused by its number, before it is all held', () => {
  const longest = Buffer.alloc(LINE_BYTES_MAX, 'x')
  expect(scanned([Buffer.from('a\n'), longest], 9)[1]!.value).toHaveLength(LINE_BYTES_MAX)
  const tooLong = [Buffer.from('a\n'), longest, Buffer.from('x')]
  expect(() => scanned(tooLong, 9)).toThrow(/clicks\.ndjson:2 is a line of more than 16 MiB/)
})
