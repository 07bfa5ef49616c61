/** What a law run found, for people as a page and for programs as JSON. */
import { writeFile } from 'node:fs/promises'
import type { FaultKind } from './fault-plan.ts'
import { verdictText } from './judgement.ts'
import type { LawConfig } from './law-config.ts'
import type { LoadPlan } from './load.ts'
import type { LoadFigures } from './steadiness.ts'
import type { Verdict } from './verdict.ts'

export interface LawReport {
  readonly seed: number
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
}

/** The first differences of all checks; empty where the law holds. */
export const differences = ({ verdicts }: LawReport): string[] =>
  verdicts.filter(({ difference }) => difference !== null).map(verdictText)

export const reportText = (report: LawReport): string =>
  [
    `# The law on Kafka, seed ${report.seed}: ${differences(report).length === 0 ? 'holds' : 'BROKEN'}`,
    '',
    `${report.faults.length} faults in ${Math.round(report.seconds)} s; ${loadText(report.load)}`,
    '',
    '| fault | times |',
    '|---|---:|',
    ...faultCounts(report).map(([kind, times]) => `| ${kind} | ${times} |`),
    '',
    '| check | looked at | first difference |',
    '|---|---|---|',
    ...report.verdicts.map(verdictRow),
    '',
    '## Faults, in order',
    '',
    ...report.faults.map(({ text, atMs }) => `- ${(atMs / 1_000).toFixed(1)} s: ${text}`),
    '',
  ].join('\n')

/** The page, and beside it the same as JSON. */
export const writeReport = async (file: string, report: LawReport): Promise<void> => {
  await writeFile(file, reportText(report))
  await writeFile(`${file.replace(/\.md$/, '')}.json`, `${JSON.stringify(report, null, 2)}\n`)
}

const loadText = ({ records, perSecond, leastPerSecond }: LoadFigures): string =>
  `${records.toLocaleString('en')} records, ${Math.round(perSecond).toLocaleString('en')} a second, ` +
  `and ${Math.round(leastPerSecond).toLocaleString('en')} in the quietest 10 s.`

const faultCounts = ({ faults }: LawReport): [string, number][] => {
  const counts = new Map<string, number>()
  for (const { kind } of faults) counts.set(kind, (counts.get(kind) ?? 0) + 1)
  return [...counts].sort()
}

const verdictRow = ({ check, looked, difference }: Verdict): string =>
  `| ${check} | ${looked} | ${difference === null ? 'none' : difference.replaceAll('\n', '<br>')} |`
