/**
 * A set of runs, which together have many faults. One run's backlog and its proof grow with its faults,
 * and what it found is lost where it is interrupted: so faults are shared out over runs, each with a
 * seed, a broker and a verdict of its own.
 *
 * The report is written after each run. A set that was interrupted goes on where it was by the same
 * command: runs that are in the report already are not run again.
 */
import { readFile, writeFile } from 'node:fs/promises'
import type { RunAsked, SetAsked } from './asked.ts'
import type { LawReport } from './report.ts'
import { setText } from './set-text.ts'

export interface SetOptions {
  readonly asked: SetAsked
  /** A page; beside it is the same as JSON. null writes none, and finds none. */
  readonly file: string | null
  /** Runs everything, whatever the report has. */
  readonly again: boolean
  readonly run: (asked: RunAsked) => Promise<LawReport>
  readonly tell: (line: string) => void
}

/** In their order; where faults do not come out even, the first runs have one more. */
export const runsOf = ({ seed, faults, runs, rate, calmMs }: SetAsked): RunAsked[] =>
  Array.from({ length: runs }, (_, index) => ({
    seed: seed + index,
    faults: Math.floor(faults / runs) + (index < faults % runs ? 1 : 0),
    rate,
    calmMs,
  }))

/** The reports of all runs, in their order. */
export const runSet = async ({
  asked,
  file,
  again,
  run,
  tell,
}: SetOptions): Promise<LawReport[]> => {
  const known = again || file === null ? [] : await reportsIn(file)
  const wanted = runsOf(asked)
  const found = wanted.map(each => known.find(report => isOf(report, each)) ?? null)
  for (const [index, each] of wanted.entries()) {
    const name = `run ${index + 1} of ${wanted.length}, seed ${each.seed}, ${each.faults} faults`
    if (found[index]) {
      tell(`${name}: in the report already`)
      continue
    }
    tell(name)
    found[index] = await run(each)
    if (file !== null) await writeSet(file, asked, reported(found))
  }
  return reported(found)
}

const reported = (found: readonly (LawReport | null)[]): LawReport[] =>
  found.filter(report => report !== null)

const isOf = (report: LawReport, { seed, faults, rate, calmMs }: RunAsked): boolean =>
  report.seed === seed &&
  report.faults.length === faults &&
  report.plan.rate === rate &&
  report.calmMs === calmMs

const jsonOf = (file: string): string => `${file.replace(/\.md$/, '')}.json`

/** None where the file is not there yet. */
const reportsIn = async (file: string): Promise<LawReport[]> => {
  try {
    return (JSON.parse(await readFile(jsonOf(file), 'utf8')) as { runs: LawReport[] }).runs
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

const writeSet = async (
  file: string,
  asked: SetAsked,
  runs: readonly LawReport[],
): Promise<void> => {
  await writeFile(jsonOf(file), `${JSON.stringify({ asked, runs }, null, 2)}\n`)
  await writeFile(file, setText(asked, runs))
}
