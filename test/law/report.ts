/** What a law run found, for people as a page and for programs as JSON. */
import type { FaultKind } from './fault-plan.ts'
import { verdictText } from './judgement.ts'
import type { LawConfig } from './law-config.ts'
import type { LoadPlan } from './load.ts'
import type { LoadFigures } from './steadiness.ts'
import type { Verdict } from './verdict.ts'

export interface LawReport {
  readonly seed: number
  /** Between faults, besides. */
  readonly calmMs: number
  readonly plan: LoadPlan
  /** Without its password. */
  readonly config: LawConfig
  /** In ms since the run began. */
  readonly faults: readonly {
    readonly kind: FaultKind
    readonly text: string
    readonly atMs: number
  }[]
  readonly load: LoadFigures
  readonly verdicts: readonly Verdict[]
  readonly seconds: number
  readonly phases: {
    /** From the first fault to the end of the load. */
    readonly faultsSeconds: number
    /** Until all was taken in, and all processes had ended. */
    readonly drainSeconds: number
    /** Of all checks. */
    readonly proofSeconds: number
  }
}

/** The first differences of all checks; empty where the law holds. */
export const differences = ({ verdicts }: LawReport): string[] =>
  verdicts.filter(({ difference }) => difference !== null).map(verdictText)

export const reportText = (report: LawReport): string =>
  [
    `# The law on Kafka, seed ${report.seed}: ${differences(report).length === 0 ? 'holds' : 'BROKEN'}`,
    '',
    `${report.faults.length} faults; ${loadText(report.load)} ${phasesText(report)}`,
    '',
    ...tableOf(['fault', 'times'], faultCounts(report.faults)),
    '',
    ...tableOf(['check', 'looked at', 'first difference'], report.verdicts.map(verdictRow)),
    '',
    '## Faults, in order',
    '',
    ...report.faults.map(({ text, atMs }) => `- ${(atMs / 1_000).toFixed(1)} s: ${text}`),
    '',
  ].join('\n')

/** A heading, and its rows. */
export const tableOf = (
  titles: readonly string[],
  rows: readonly (readonly string[])[],
): readonly string[] =>
  [titles, titles.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`)

const loadText = ({ records, perSecond, leastPerSecond }: LoadFigures): string =>
  `${records.toLocaleString('en')} records, ${Math.round(perSecond).toLocaleString('en')} a second, ` +
  `and ${Math.round(leastPerSecond).toLocaleString('en')} in the quietest 10 s.`

const phasesText = ({ phases, seconds }: LawReport): string =>
  `Faults took ${Math.round(phases.faultsSeconds)} s, taking in the rest ` +
  `${Math.round(phases.drainSeconds)} s, the proof ${Math.round(phases.proofSeconds)} s, all of it ` +
  `${Math.round(seconds)} s.`

export const faultCounts = (faults: LawReport['faults']): [string, string][] => {
  const counts = new Map<string, number>()
  for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].sort().map(([kind, times]) => [kind, `${times}`])
}

const verdictRow = ({ check, looked, difference }: Verdict): readonly string[] => [
  ...[check, looked],
  difference === null ? 'none' : difference.replaceAll('\n', '<br>'),
]
