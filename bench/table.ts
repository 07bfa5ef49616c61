/** The one table: what was measured, how that compares with what was stored, and the targets. */
import { type Line, NOTABLE_RATIO, ratioOf, readBaseline, SEVERE_RATIO } from './baseline.ts'
import type { Figure } from './figure.ts'

const HEAD = ['', 'figure', 'per second', 'to baseline', 'target']

/** Prints the table, and says which lines are severely worse than the baseline. */
export const printTable = (lines: readonly Line[]): readonly string[] => {
  const baseline = readBaseline()
  const ratios = lines.map(line => ratioOf(line, baseline))
  const rows = lines.map(({ figure }, index) => rowOf(figure, ratios[index]!))
  const widths = HEAD.map((head, column) =>
    Math.max(...[head, ...rows.map(row => row[column]!)].map(cell => cell.length)),
  )
  for (const row of [HEAD, ...rows]) {
    const cells = row.map((cell, column) =>
      column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
    )
    process.stdout.write(`${cells.join('  ')}\n`)
  }
  return lines.filter((_, index) => (ratios[index] ?? 0) > SEVERE_RATIO).map(l => l.figure.name)
}

const rowOf = (figure: Figure, ratio: number | null): string[] => [
  figure.name,
  `${number(figure.value)} ${figure.unit}${figure.per ? `/${figure.per}` : ''}`,
  figure.perSecond === undefined ? '' : Math.round(figure.perSecond).toLocaleString('en'),
  ratio === null ? '-' : `${ratio.toFixed(2)}×${mark(ratio)}`,
  figure.target === undefined ? '' : verdict(figure.value, figure.target),
]

const mark = (ratio: number): string =>
  ratio > SEVERE_RATIO ? ' worse' : ratio > NOTABLE_RATIO ? ' slower?' : ''

const verdict = (value: number, target: number): string =>
  value <= target ? `≤ ${target}: met` : `≤ ${target}: missed by ${number(value - target)}`

const number = (value: number): string => value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)
