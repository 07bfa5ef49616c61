import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CsvParser, type CsvRow } from './csv-parser.ts'

const parsed = (...texts: string[]): CsvRow[] => {
  const parser = new CsvParser()
  return [...texts.flatMap(text => parser.push(text)), ...parser.end()]
}

const fieldsOf = (...texts: string[]) => parsed(...texts).map(row => row.fields)

const field = fc.string({ unit: fc.constantFrom('a', 'ß', ' ', ',', '"', '\n', '\r', '\r\n', '1') })
const row = fc.record({
  fields: fc.array(fc.tuple(field, fc.boolean()), { minLength: 2, maxLength: 5 }),
  end: fc.constantFrom('\n', '\r\n'),
})

/** As RFC 4180 writes a field: quoted where it must be, and where `anyway` says so. */
const written = ([text, anyway]: readonly [string, boolean]): string =>
  anyway || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

test('what was written comes back, wherever the text is cut', () => {
  fc.assert(
    fc.property(fc.array(row), fc.array(fc.nat(200)), (rows, cuts) => {
      const text = rows.map(r => r.fields.map(written).join(',') + r.end).join('')
      const places = [0, ...cuts.map(cut => Math.min(cut, text.length)), text.length]
      places.sort((a, b) => a - b)
      const pieces = places.slice(1).map((place, index) => text.slice(places[index], place))
      expect(fieldsOf(...pieces)).toEqual(rows.map(r => r.fields.map(([value]) => value)))
    }),
    { numRuns: 2_000 },
  )
})

test('a row knows the line it begins on, past quoted newlines and blank lines', () => {
  const rows = parsed('a,b\n"two\nlines",b\n\n\r\nc,d\ne,"f"\n')
  expect(rows.map(({ line }) => line)).toEqual([1, 2, 6, 7])
})

test('a last row without an end is read, and says so', () => {
  expect(parsed('a,b\nc,d')).toEqual([
    { line: 1, fields: ['a', 'b'], ended: true },
    { line: 2, fields: ['c', 'd'], ended: false },
  ])
})

test('a quote inside a field that is not quoted stands for itself', () => {
  expect(fieldsOf('5" NAIL,b\n')).toEqual([['5" NAIL', 'b']])
})

test('a quote that is never closed, and text behind a closed one, are refused', () => {
  expect(() => parsed('a,"b\nc,d\n')).toThrow('never closed')
  expect(() => parsed('a,"b"c\n')).toThrow('between the end of a quoted field')
  expect(() => parsed(`a,"${'b'.repeat(2 ** 20)}`)).toThrow('may not be closed')
})
