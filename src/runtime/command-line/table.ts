/** Text in columns, for answers that people read. */

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

/** One line per row under the titles; the last column is not filled up. */
export const tableOf = (
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  indent = '  ',
): string => {
  const lines = [columns.map(column => column.title), ...rows]
  const widths = columns.map((_, at) => Math.max(...lines.map(line => (line[at] ?? '').length)))
  return lines
    .map(line => {
      const cells = columns.map(({ align }, at) => {
        const cell = line[at] ?? ''
        return align === 'right' ? cell.padStart(widths[at]!) : cell.padEnd(widths[at]!)
      })
      return `${indent}${cells.join('  ')}`.trimEnd()
    })
    .join('\n')
}

/** 1234567 as 1,234,567. */
export const numberText = (count: number): string => count.toLocaleString('en-US')

/** Counts with their word: `1 file`, `2 files`. */
export const counted = (count: number, word: string, plural = `${word}s`): string =>
  `${numberText(count)} ${count === 1 ? word : plural}`

/** The text in one line of at most so many characters. */
export const shortened = (text: string, lengthMax: number): string => {
  const line = text.replace(/\s+/g, ' ')
  return line.length <= lengthMax ? line : `${line.slice(0, lengthMax - 1)}…`
}
