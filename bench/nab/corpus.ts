/**
 * Files of the Numenta Anomaly Benchmark: a checkout of it (`data/`, `labels/` and, of detectors that
 * were published with it, `results/`), or a folder of a few of its files with their `windows.json`.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'

export interface NabFile {
  /** As the labels have it: `realKnownCause/ambient_temperature_system_failure.csv`. */
  readonly name: string
  readonly timestamps: readonly string[]
  readonly values: readonly number[]
  readonly windows: readonly (readonly [string, string])[]
}

export interface Corpus {
  readonly files: readonly NabFile[]
  readonly windows: number
  /** All of it, so that scores can be compared with published ones. */
  readonly isWhole: boolean
}

const WHOLE_FILES = 58

export const corpusOf = (path: string): Corpus => {
  const isCheckout = existsSync(join(path, 'labels'))
  const labels = join(path, isCheckout ? 'labels/combined_windows.json' : 'windows.json')
  const windowsOf = JSON.parse(readFileSync(labels, 'utf8')) as Record<string, [string, string][]>
  const files = Object.entries(windowsOf).map(([name, windows]) => {
    const file = join(path, isCheckout ? join('data', name) : basename(name))
    const rows = rowsOf(file)
    return {
      name,
      timestamps: rows.map(([stamp]) => stamp!),
      values: rows.map(([, value]) => Number(value)),
      windows: windows.map(([first, last]) => [stampOf(first), stampOf(last)] as const),
    }
  })
  const windows = files.reduce((sum, file) => sum + file.windows.length, 0)
  return { files, windows, isWhole: files.length === WHOLE_FILES }
}

/** What a detector said whose results were published with the benchmark, file by file. */
export const publishedScores = (path: string, detector: string, { name }: NabFile): number[] => {
  const [folder, file] = name.split('/') as [string, string]
  return rowsOf(join(path, 'results', detector, folder, `${detector}_${file}`)).map(row =>
    Number(row[2]),
  )
}

export const publishedDetectors = (path: string): string[] => {
  const results = join(path, 'results')
  if (!existsSync(results)) return []
  return readdirSync(results, { withFileTypes: true })
    .filter(entry => entry.isDirectory())
    .map(({ name }) => name)
}

const rowsOf = (file: string): string[][] =>
  readFileSync(file, 'utf8')
    .trim()
    .split(/\r?\n/)
    .slice(1)
    .map(line => line.split(','))

/** Labels have microseconds, rows none. */
const stampOf = (label: string): string => label.replace(/\.0+$/, '')
