/** An answer of ClickHouse as a table that people read. */
import { type Column, counted, numberText, shortened, tableOf } from '../command-line/table.ts'

export interface Answer {
  readonly names: readonly string[]
  /** ClickHouse's, such as `Nullable(UInt64)`. */
  readonly types: readonly string[]
  /** Values as ClickHouse writes them, such as `12`, `['a','b']` and `ᴺᵁᴸᴸ`. */
  readonly rows: readonly (readonly string[])[]
  /** Whether there are rows beyond these. */
  readonly isCut: boolean
}

/** Text is never cut shorter than this, however narrow the window. */
const CELL_MIN = 8
const GAP = 2

/** @param width of a line, or null where lines may have any length */
export const resultTable = (
  { names, types, rows, isCut }: Answer,
  width: number | null,
): string => {
  const columns = names.map((title, at): Column => ({ title, align: alignOf(types[at]!) }))
  const cells = rows.map(row => row.map(cellText))
  const fitted = width === null ? cells : fittedTo(width, columns, cells)
  return `${tableOf(columns, fitted, '')}\n\n${countText(rows.length, isCut)}`
}

const countText = (rows: number, isCut: boolean): string =>
  isCut
    ? `The first ${numberText(rows)} rows; there are more. With --json or --csv all are printed.`
    : counted(rows, 'row')

/** Numbers stand under numbers. */
const alignOf = (type: string): 'left' | 'right' => {
  const [, bare] = /^(?:(?:Nullable|LowCardinality)\()*(.*?)\)*$/.exec(type)!
  return /^(U?Int\d|Float|BFloat|Decimal|SimpleAggregateFunction\((sum|max|min)\w*, (U?Int\d|Float|Decimal))/.test(
    bare!,
  )
    ? 'right'
    : 'left'
}

const NULL = 'ᴺᵁᴸᴸ'

const cellText = (value: string): string =>
  value === NULL
    ? '–'
    : // biome-ignore lint/suspicious/noControlCharactersInRegex: these move the cursor of a terminal
      value.replace(/[\u0000-\u001f\u007f-\u009f]/g, sign => ESCAPES[sign] ?? '·')

const ESCAPES: Readonly<Record<string, string>> = { '\n': '↵', '\t': ' ' }

/** Long texts are cut until a line has room for all columns. Numbers stay whole. */
const fittedTo = (
  width: number,
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
): readonly (readonly string[])[] => {
  const widths = columns.map(({ title }, at) =>
    Math.max(title.length, ...cells.map(row => row[at]!.length)),
  )
  const texts = widths.filter((_, at) => columns[at]!.align === 'left')
  const others = widths.reduce((sum, each) => sum + each + GAP, -GAP) - sumOf(texts)
  const cap = capFor(texts, width - others)
  return cells.map(row =>
    row.map((cell, at) => (columns[at]!.align === 'left' ? shortened(cell, cap) : cell)),
  )
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0)

/** The length at which texts are cut, so that all together have room: the longest first. */
const capFor = (widths: readonly number[], room: number): number => {
  let left = room
  for (const [at, shortest] of widths.toSorted((a, b) => a - b).entries()) {
    const share = Math.floor(left / (widths.length - at))
    if (shortest > share) return Math.max(CELL_MIN, share)
    left -= shortest
  }
  return Number.POSITIVE_INFINITY
}
