/**
 * The law on Kafka by one command:
 *
 *   npm run law -- --faults 300 --runs 10 --seed 7 --rate 5600 --report law.md
 *
 * Faults are shared out over runs; the first has the seed, the next the one behind it. The report is
 * written after each run, and runs that are in it already are not run again, except with `--again`: so
 * a set that was interrupted goes on by the same command. `--calm` is in seconds, between faults:
 * without, they come faster than a few processes on one machine can get back to work, and what was not
 * taken in meanwhile is taken in at the end.
 *
 * Ends with 1 where a check fails. What the processes of such a run said and all its data stay in the
 * folder that is named, for a look at what happened; with `--keep` of every run.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pipelines } from '../../src/pipelines/index.ts'
import type { RunAsked } from './asked.ts'
import { LawRun } from './law.ts'
import { runSet } from './law-set.ts'
import { differences, type LawReport, reportText } from './report.ts'

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '10' },
    runs: { type: 'string', default: '1' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '7000' },
    calm: { type: 'string', default: '0' },
    report: { type: 'string' },
    again: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})

const tell = (line: string): void => void process.stdout.write(`${line}\n`)

let underWay: LawRun | null = null
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await underWay?.stop()
    process.exit(1)
  })
}

const run = async (asked: RunAsked): Promise<LawReport> => {
  const directory = await mkdtemp(join(tmpdir(), 'millrace-law-'))
  tell(`Everything is in ${directory}.`)
  const running = new LawRun({ ...asked, directory, pipelines, tell })
  underWay = running
  const report = await running.run().finally(() => running.stop())
  tell(`\n${reportText(report)}`)
  const isKept = values.keep || differences(report).length > 0
  if (!isKept) await rm(directory, { recursive: true, force: true })
  return report
}

const reports = await runSet({
  asked: {
    seed: Number(values.seed),
    faults: Number(values.faults),
    runs: Number(values.runs),
    rate: Number(values.rate),
    calmMs: 1_000 * Number(values.calm),
  },
  file: values.report ?? null,
  again: values.again,
  run,
  tell,
})
if (reports.some(report => differences(report).length > 0)) process.exitCode = 1
