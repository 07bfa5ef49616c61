/**
 * Measures what an event costs and what a key costs, and compares with `bench/baseline.json`.
 *
 *   npm run bench                 everything
 *   npm run bench -- --quick      without the million keys
 *   npm run bench -- --only keys  measurements whose name has this in it
 *   KAFKA_BROKERS=127.0.0.1:9092 npm run bench -- --only kafka
 *                                 those on a broker, which are left out where none is named
 *   npm run bench -- --save       stores the figures as the new baseline
 *
 * Exits with 1 where a figure is more than twice its baseline; less may be the noise of a machine.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Line, saveBaseline } from './baseline.ts'
import type { MeasureName } from './child.ts'
import type { Measured } from './figure.ts'
import { printTable } from './table.ts'

/** The young generation is as large as `millrace` itself asks for: see its first line. */
const FLAGS = ['--expose-gc', '--max-semi-space-size=64']
const CHILD = fileURLToPath(new URL('./child.js', import.meta.url))

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
})

/** Each measurement runs in a process of its own, so that none sees the other's memory or code. */
const measured = (name: MeasureName, dir: string, ...rest: string[]): Line[] => {
  const heading = [name, ...rest].join(' ')
  process.stderr.write(`${heading} …\n`)
  const output = execFileSync(process.execPath, [...FLAGS, CHILD, name, dir, ...rest], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const { figures, calibrationNs } = JSON.parse(output) as Measured
  return figures.map(figure => ({ figure, calibrationNs }))
}

const inDirectory = (work: (dir: string) => Line[]): Line[] => {
  const dir = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  try {
    return work(dir)
  } finally {
    rmSync(dir, { recursive: true })
  }
}

const keys = (users: number): Line[] =>
  inDirectory(dir => [
    ...measured('buildKeys', dir, String(users)),
    ...measured('restoreKeys', dir, String(users), 'changelog'),
    ...measured('restoreKeys', dir, String(users), 'snapshot'),
  ])

const MEASUREMENTS: readonly (readonly [string, () => Line[]])[] = [
  ['stages', () => inDirectory(dir => measured('stages', dir))],
  ['light', () => inDirectory(dir => measured('lightEndToEnd', dir))],
  ['both', () => inDirectory(dir => measured('bothEndToEnd', dir))],
  ['four-without', () => inDirectory(dir => measured('fourWithoutTables', dir))],
  ['four-with', () => inDirectory(dir => measured('fourWithTables', dir))],
  ['tables', () => inDirectory(dir => measured('rowsIntoTables', dir))],
  ['freshness-2k', () => inDirectory(dir => measured('freshness', dir, '2000'))],
  ['freshness-20k', () => inDirectory(dir => measured('freshness', dir, '20000'))],
  ...(process.env.KAFKA_BROKERS
    ? [['kafka-throughput', () => inDirectory(dir => measured('kafkaThroughput', dir))] as const]
    : []),
  ['keys-10k', () => keys(10_000)],
  ['keys-100k', () => keys(100_000)],
  ...(options.quick ? [] : [['keys-1m', () => keys(1_000_000)] as const]),
]

/** The compiled code looks for them where they are beside a checkout's `dist`. */
for (const folder of ['deploy', 'schemas']) {
  const link = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  if (!existsSync(link)) symlinkSync(`../../${folder}`, link)
}

const lines = MEASUREMENTS.filter(([name]) => name.includes(options.only)).flatMap(([, run]) =>
  run(),
)
const worse = printTable(lines)
const nanoseconds = lines.map(line => line.calibrationNs)
process.stdout.write(
  `\nCPU time is of all threads. The machine's calibration: ${Math.min(...nanoseconds)} to ` +
    `${Math.max(...nanoseconds)} ns; times are compared as multiples of it.\n`,
)
if (options.save) saveBaseline(lines)
else if (worse.length > 0) {
  process.stdout.write(`More than twice the baseline: ${worse.join('; ')}.\n`)
  process.exitCode = 1
}
