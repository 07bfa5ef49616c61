/** What a set of law runs found, as a page: the total, and each run. */
import type { SetAsked } from './asked.ts'
import { differences, faultCounts, type LawReport, reportText, tableOf } from './report.ts'

export const setText = (asked: SetAsked, runs: readonly LawReport[]): string =>
  [
    `# The law on Kafka, ${heading(asked, runs)}`,
    '',
    ...tableOf(
      ['seed', 'faults', 'records', 'a second', 'in the quietest 10 s', 'minutes', 'the law'],
      [...runs.map(rowOf), totalOf(runs)],
    ),
    '',
    ...tableOf(['fault', 'times'], faultCounts(runs.flatMap(({ faults }) => faults))),
    '',
    ...runs.map(report => reportText(report).replace(/^#/gm, '##')),
  ].join('\n')

const heading = ({ faults, runs: wanted }: SetAsked, runs: readonly LawReport[]): string => {
  const done = sum(runs.map(run => run.faults.length))
  const broken = runs.filter(run => differences(run).length > 0)
  const seeds = broken.map(({ seed }) => seed).join(', ')
  const verdict = broken.length === 0 ? 'holds' : `BROKEN with ${seeds}`
  const far = runs.length === wanted ? '' : `, ${done} of them in ${runsText(runs.length)} so far`
  return `${faults} faults in ${runsText(wanted)}${far}: ${verdict}`
}

const runsText = (count: number): string => (count === 1 ? 'one run' : `${count} runs`)

const rowOf = (run: LawReport): readonly string[] => [
  `${run.seed}`,
  `${run.faults.length}`,
  whole(run.load.records),
  whole(run.load.perSecond),
  whole(run.load.leastPerSecond),
  minutes(run.seconds),
  differences(run).length === 0 ? 'holds' : 'BROKEN',
]

const totalOf = (runs: readonly LawReport[]): readonly string[] => {
  const records = sum(runs.map(({ load }) => load.records))
  return [
    'all',
    `${sum(runs.map(({ faults }) => faults.length))}`,
    whole(records),
    whole(records / sum(runs.map(({ load }) => load.seconds))),
    whole(Math.min(...runs.map(({ load }) => load.leastPerSecond))),
    minutes(sum(runs.map(({ seconds }) => seconds))),
    runs.every(run => differences(run).length === 0) ? 'holds' : 'BROKEN',
  ]
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0)
const whole = (count: number): string => Math.round(count).toLocaleString('en')
const minutes = (seconds: number): string => (seconds / 60).toFixed(1)
