import { describe, expect, test } from 'vitest'
import { type Answer, resultTable } from './result-table.ts'

const answer = (columns: Readonly<Record<string, string>>, ...rows: string[][]): Answer => ({
  names: Object.keys(columns),
  types: Object.values(columns),
  rows,
  isCut: false,
})

const linesOf = (given: Answer, width: number | null = null): string[] =>
  resultTable(given, width).split('\n')

describe('an answer as a table', () => {
  test('has numbers under numbers, and says how many rows there are', () => {
    const orders = answer(
      { market: 'Nullable(String)', orders: 'UInt64' },
      ['United Kingdom', '1234'],
      ['France', '7'],
    )
    expect(linesOf(orders)).toEqual([
      'market          orders',
      'United Kingdom    1234',
      'France               7',
      '',
      '2 rows',
    ])
  })

  test.each([
    'Int8',
    'UInt256',
    'Nullable(Float64)',
    'LowCardinality(Nullable(UInt8))',
    'Decimal(18, 2)',
    'SimpleAggregateFunction(sum, Int64)',
  ])('takes %s for a number', type => {
    expect(linesOf(answer({ number: type }, ['1']))[1]).toBe('     1')
  })

  test.each(['String', 'Array(UInt8)', 'Map(String, Float64)', 'IntervalDay', 'Tuple(Int8, Int8)'])(
    'takes %s for a text',
    type => {
      expect(linesOf(answer({ longName: type }, ['1']))[1]).toBe('1')
    },
  )

  test('shows what is not known, lists and lines', () => {
    const mixed = answer({ a: 'Nullable(Int8)', b: 'Array(String)', c: 'String' }, [
      'ᴺᵁᴸᴸ',
      "['x',NULL]",
      'one\ntwo\u001b[2J\u0000',
    ])
    expect(linesOf(mixed)[1]).toBe("–  ['x',NULL]  one↵two·[2J·")
  })

  test('says so where there are no rows, and where there are more', () => {
    expect(linesOf(answer({ a: 'Int8' }))).toEqual(['a', '', '0 rows'])
    const cut = { ...answer({ a: 'Int8' }, ['1']), isCut: true }
    expect(linesOf(cut).at(-1)).toBe(
      'The first 1 rows; there are more. With --json or --csv all are printed.',
    )
  })

  test('fits into the window, where it cuts the longest texts and no number', () => {
    const long = answer({ id: 'UInt64', short: 'String', text: 'String' }, [
      '12345678901234567890',
      'abcd',
      'x'.repeat(100),
    ])
    for (const width of [120, 60, 45]) {
      const [, row = ''] = linesOf(long, width)
      expect(row.length).toBeLessThanOrEqual(width)
      expect(row).toContain('12345678901234567890  abcd   x')
    }
    expect(linesOf(long, 140)[1]).not.toContain('…')
    expect(linesOf(long, 10)[1]).toContain('12345678901234567890')
  })
})
