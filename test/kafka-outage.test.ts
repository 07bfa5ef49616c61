/** Processes of `millrace run` to which nothing comes, and a broker that goes and comes back. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { describe, expect, onTestFinished, test } from 'vitest'
import { stringify } from 'yaml'
import { whyNoKafka } from '../src/testing/kafka/kafka-artefacts.ts'
import { startKafka } from '../src/testing/kafka/start-kafka.ts'
import { started } from './started-run.ts'

const PROCESSES = [0, 1]
const SECOND_MS = 1_000
/** A question every 3 s, overdue after 5, and somewhat more on a busy machine. */
const POLLS_UNTIL_NOTICED = 15
/** A process that has begun anew meanwhile waits for up to 30 s. */
const POLLS_UNTIL_BACK = 180

const urlIn = (stderr: string, index: number): string | null =>
  new RegExp(`process ${index}: ready: (http:\\S+)`).exec(stderr)?.[1] ?? null

const until = async (polls: number, what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (let poll = 0; poll < polls; poll++) {
    if (await holds()) return
    await wait(SECOND_MS)
  }
  throw new Error(`not so after ${polls} polls: ${what}`)
}

describe.skipIf(whyNoKafka() !== null)('on a Kafka of its own', () => {
  test('idle processes notice that the broker is gone, say so once, and are ready when it is back', async () => {
    const kafka = await startKafka()
    onTestFinished(() => kafka.stop())
    const folder = await mkdtemp(join(tmpdir(), 'millrace-outage-'))
    onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
    const config = join(folder, 'millrace.yaml')
    await writeFile(
      config,
      stringify({
        application: 'idle-shop',
        data: folder,
        partitions: 2,
        processes: 2,
        pipelines: ['fraud-scores', 'lifecycle-segments'],
        topics: { createMissing: true },
        log: { brokers: kafka.brokers },
        http: { port: 0 },
      }),
    )
    const run = started(config)
    const asked = (index: number, path: string): Promise<Response> =>
      fetch(`${urlIn(run.stderr(), index)}${path}`)
    const statusOf = async (index: number) =>
      (await asked(index, '/status')).json() as Promise<{ readonly slices: readonly number[] }>
    const areAll = async (status: number): Promise<boolean> => {
      if (PROCESSES.some(index => urlIn(run.stderr(), index) === null)) return false
      const answers = await Promise.all(PROCESSES.map(index => asked(index, '/readyz')))
      return answers.every(answer => answer.status === status)
    }
    const holdAll = async (): Promise<boolean> =>
      (await areAll(200)) &&
      (await Promise.all(PROCESSES.map(statusOf))).every(({ slices }) => slices.length === 1)
    await until(POLLS_UNTIL_BACK, 'both are ready, with a slice each', holdAll)

    await kafka.kill(1)
    await until(POLLS_UNTIL_NOTICED, 'both are not ready', () => areAll(503))
    for (const index of PROCESSES) {
      expect(await (await asked(index, '/readyz')).text()).toContain('LOG_UNAVAILABLE')
      expect(await statusOf(index)).toMatchObject({
        log: expect.stringContaining(kafka.brokers[0]!),
      })
      expect(await (await asked(index, '/metrics')).text()).toContain('millrace_log_connected 0')
      const told = new RegExp(`process ${index}: LOG_UNAVAILABLE.*lag is not known`, 'g')
      expect(run.stderr().match(told), run.stderr()).toHaveLength(1)
    }

    await kafka.restart(1)
    await until(POLLS_UNTIL_BACK, 'both are ready again', holdAll)
    expect(await (await asked(0, '/metrics')).text()).toContain('millrace_log_connected 1')
    expect(run.stderr()).not.toContain('End this process')
  }, 600_000)
})
