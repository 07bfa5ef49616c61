/**
 * The law on Kafka by one command:
 *
 *   npm run law -- --faults 300 --calm 10 --seed 7 --report law.md
 *
 * `--calm` is in seconds, between faults: without, they come faster than a few processes on one machine
 * can get back to work, and what was not taken in meanwhile is taken in at the end.
 *
 * Ends with 1 where a check fails. What the processes said and all data stay in the folder that is
 * named, for a look at what happened.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { pipelines } from '../../src/pipelines/index.ts'
import { LawRun } from './law.ts'
import { differences, reportText, writeReport } from './report.ts'

const { values } = parseArgs({
  options: {
    faults: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    rate: { type: 'string', default: '7000' },
    calm: { type: 'string', default: '0' },
    report: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
})

const directory = await mkdtemp(join(tmpdir(), 'millrace-law-'))
process.stdout.write(`Everything is in ${directory}.\n`)
const run = new LawRun({
  seed: Number(values.seed),
  faults: Number(values.faults),
  rate: Number(values.rate),
  calmMs: 1_000 * Number(values.calm),
  directory,
  pipelines,
  tell: line => void process.stdout.write(`${line}\n`),
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await run.stop()
    process.exit(1)
  })
}
const report = await run.run().finally(() => run.stop())
process.stdout.write(`\n${reportText(report)}`)
if (values.report !== undefined) await writeReport(values.report, report)
const isBroken = differences(report).length > 0
if (isBroken) process.exitCode = 1
if (!isBroken && !values.keep) await rm(directory, { recursive: true, force: true })
