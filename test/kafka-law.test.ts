/**
 * The law on Kafka in its short form: ten faults under load, then everything is checked. The long form
 * is `npm run law -- --faults 300 --runs 10`.
 *
 *   MILLRACE_SEED=7      other faults, another shop
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pipelines } from '../src/pipelines/index.ts'
import { commands } from '../src/runtime/commands/index.ts'
import { whyNoKafka } from '../src/testing/kafka/kafka-artefacts.ts'
import { runLaw } from './law/law.ts'
import { differences, reportText } from './law/report.ts'

const SEED = Number(process.env.MILLRACE_SEED ?? 1)
const FAULTS = 10
/** The long form is for load; here everything else is tested beside it. */
const RATE = 2_000

/** The law is proved by commands, and is not while one of them cannot do it. */
const takes = (command: string, option: string): boolean =>
  commands.some(({ name, options }) => name === command && options.some(o => o.name === option))

const isMissing =
  whyNoKafka() !== null || !takes('replay', 'verify') || !takes('reconcile', 'config')

test.skipIf(isMissing)(
  `after ${FAULTS} faults nothing is lost, doubled or different`,
  {
    timeout: 900_000,
  },
  async () => {
    const directory = await mkdtemp(join(tmpdir(), 'millrace-law-'))
    const story: string[] = []
    const report = await runLaw({
      seed: SEED,
      faults: FAULTS,
      rate: RATE,
      directory,
      pipelines,
      tell: line => void story.push(line),
    })
    const all = `${reportText(report)}\n${story.join('\n')}\nEverything is in ${directory}.`
    expect(differences(report), all).toEqual([])
    expect(report.faults).toHaveLength(FAULTS)
    expect(report.load.records).toBeGreaterThan(60_000)
    await rm(directory, { recursive: true, force: true })
  },
)
