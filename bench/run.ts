/**
 * Measures what an event costs and what a key costs, and compares with `bench/baseline.json`.
 *
 *   npm run bench                 everything
 *   npm run bench -- --quick      without the million keys
 *   npm run bench -- --only keys  measurements whose name has this in it: stages, light, lifecycle, both,
 *                                 fraud-orders, fraud-latency, link-graph, alerts-alone, alerts-memory, elasticity-alone, elasticity-stages, elasticity-keys, four-without,
 *                                 four-with, tables, freshness-2k, freshness-20k, keys-10k, keys-100k,
 *                                 keys-1m, refit-parts;
 *                                 and refit-live, which takes half an hour and is run by its name, or
 *                                 `refit`, alone
 *   npm run bench -- --kafka      those on a broker, and no others: six minutes, on a broker that is
 *                                 started for them, or at KAFKA_BROKERS. With --only, some of them:
 *                                 kafka-throughput, kafka-latency, kafka-restore, kafka-rebalance
 *   npm run bench -- --save       stores the figures as the new baseline
 *   npm run bench -- --only elasticity-gates
 *                                 no cost, but how good elasticities are in simulated worlds: a minute
 *   npm run bench -- --only price-loop
 *                                 what a shop there gains that does what is recommended: two minutes
 *   npm run bench -- --only fraud-scenarios
 *                                 which frauds of the simulated shop are caught, with which reason
 *                                 first, and which honest orders are taken for them: five minutes.
 *   npm run bench -- --only fraud-handbook [--data PATH]
 *                                 how good fraud scores are on transactions that are not part of the
 *                                 project: seven minutes
 *   npm run bench -- --only nab [--data PATH]
 *                                 how good the anomaly score is on the Numenta benchmark, or on files of
 *                                 it, and whether the scorer gives the published scores: half a minute.
 *                                 Reports are run by their whole name alone
 *
 * Exits with 1 where a figure is more than twice its baseline; less may be the noise of a machine. And
 * where a report is not within its bounds.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Line, saveBaseline } from './baseline.ts'
import type { MeasureName } from './child.ts'
import type { Measured } from './figure.ts'
import { namedBroker } from './kafka/own-broker.ts'
import type { ReportName } from './report.ts'
import { printTable } from './table.ts'

/** The young generation is as large as `millrace` itself asks for: see its first line. */
const FLAGS = ['--expose-gc', '--max-semi-space-size=64']
const CHILD = fileURLToPath(new URL('./child.js', import.meta.url))
const REPORT = fileURLToPath(new URL('./report.js', import.meta.url))
const REPORTS: readonly ReportName[] = [
  'elasticity-gates',
  'price-loop',
  'fraud-scenarios',
  'fraud-handbook',
  'nab',
]

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    save: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    kafka: { type: 'boolean', default: false },
    data: { type: 'string' },
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

const refitParts = () => inDirectory(dir => measured('refitParts', dir, '1000000'))
const refitLive = () => inDirectory(dir => measured('refit', dir, '1000000'))

const MEASUREMENTS: readonly (readonly [string, () => Line[]])[] = [
  ['stages', () => inDirectory(dir => measured('stages', dir))],
  ['light', () => inDirectory(dir => measured('lightEndToEnd', dir))],
  ['lifecycle', () => inDirectory(dir => measured('lifecycleEndToEnd', dir))],
  ['both', () => inDirectory(dir => measured('bothEndToEnd', dir))],
  ['fraud-orders', () => inDirectory(dir => measured('fraudOrders', dir))],
  ['fraud-latency', () => inDirectory(dir => measured('fraudLatency', dir))],
  ['link-graph', () => inDirectory(dir => measured('linkGraph', dir))],
  ['alerts-alone', () => inDirectory(dir => measured('alertsAlone', dir))],
  ['alerts-memory', () => inDirectory(dir => measured('alertsMemory', dir))],
  ['elasticity-alone', () => inDirectory(dir => measured('elasticityAlone', dir))],
  ['elasticity-stages', () => inDirectory(dir => measured('elasticityStages', dir))],
  ['elasticity-keys', () => inDirectory(dir => measured('elasticityKeys', dir))],
  ['four-without', () => inDirectory(dir => measured('fourWithoutTables', dir))],
  ['four-with', () => inDirectory(dir => measured('fourWithTables', dir))],
  ['tables', () => inDirectory(dir => measured('rowsIntoTables', dir))],
  ['freshness-2k', () => inDirectory(dir => measured('freshness', dir, '2000'))],
  ['freshness-20k', () => inDirectory(dir => measured('freshness', dir, '20000'))],
  ['keys-10k', () => keys(10_000)],
  ['keys-100k', () => keys(100_000)],
  ...(options.quick ? [] : [['keys-1m', () => keys(1_000_000)] as const]),
  ...(options.quick ? [] : [['refit-parts', refitParts] as const]),
  // Half an hour and more, so only where it is asked for.
  ...(options.only.startsWith('refit') ? [['refit-live', refitLive] as const] : []),
]

const latency = (pipeline: string, guarantee: string, rate: number) =>
  [
    `kafka-latency-${pipeline}-${guarantee}-${rate}`,
    () => inDirectory(dir => measured('kafkaLatency', dir, pipeline, guarantee, String(rate))),
  ] as const

const ON_KAFKA: readonly (readonly [string, () => Line[]])[] = [
  ['kafka-throughput', () => inDirectory(dir => measured('kafkaThroughput', dir))],
  ...['light', 'fraud'].flatMap(pipeline =>
    ['exactly-once', 'at-least-once'].flatMap(guarantee =>
      [1_000, 10_000].map(rate => latency(pipeline, guarantee, rate)),
    ),
  ),
  ['kafka-rebalance', () => inDirectory(dir => measured('kafkaRebalance', dir))],
  ...(options.quick
    ? []
    : [
        [
          'kafka-restore',
          () => inDirectory(dir => measured('kafkaRestore', dir, '1000000')),
        ] as const,
      ]),
]

if (REPORTS.some(name => name === options.only)) {
  const { status } = spawnSync(
    process.execPath,
    [REPORT, options.only, ...(options.data === undefined ? [] : [options.data])],
    { stdio: 'inherit' },
  )
  process.exit(status ?? 1)
}

/** The compiled code looks for them where they are beside a checkout's `dist`. */
for (const folder of ['deploy', 'schemas', '.cache']) {
  const link = fileURLToPath(new URL(`../${folder}`, import.meta.url))
  if (!existsSync(link)) symlinkSync(`../../${folder}`, link)
}

const chosen = (options.kafka ? ON_KAFKA : MEASUREMENTS).filter(([name]) =>
  name.includes(options.only),
)
const broker = options.kafka ? await namedBroker() : null
const lines = chosen.flatMap(([, run]) => run())
await broker?.stop()
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
