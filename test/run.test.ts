/** `millrace run` as it is started, on the embedded log: one process and its parent. */
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test } from 'vitest'
import { codecsOf } from '../src/engine/schema/codecs.ts'
import type { AnyTopic } from '../src/engine/topic.ts'
import { clickstream, markets, orders } from '../src/events.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import type { Log } from '../src/logs/log.ts'
import { readConfig } from '../src/runtime/config/read-config.ts'
import { openDataDirectory } from '../src/runtime/data-directory.ts'
import { topicSettingsOf } from '../src/runtime/run/source-topics.ts'
import { arrivalsOf, sampleEvents } from '../src/testing/sample-events.ts'
import { mill } from './mill.ts'
import { type StartedRun, started } from './started-run.ts'

const CONFIG = `
application: shop
log: {client: lmdb}
partitions: 1
pipelines: [fraud-scores, lifecycle-segments]
http: {port: 0}
`

const folder = async (): Promise<string> => {
  const path = await mkdtemp(join(tmpdir(), 'millrace-run-'))
  onTestFinished(() => rm(path, { recursive: true, force: true, maxRetries: 5 }))
  return path
}

const statusOf = async (run: StartedRun): Promise<{ records: number; commits: number }> => {
  const [, url] = await run.says(/ready: (http:\S+)/)
  return (await fetch(`${url}/status`)).json() as Promise<{ records: number; commits: number }>
}

const write = (log: Log, topic: AnyTopic, records: readonly object[]): Promise<unknown> => {
  const { encodeAvro } = codecsOf(topic)
  const keyOf = (record: object): Buffer =>
    Buffer.from(topic.keyedBy.map(field => (record as Record<string, unknown>)[field]).join('@'))
  const values = records.map(record => ({ key: keyOf(record), value: encodeAvro(record) }))
  return log.commit({ appends: [{ topic: topic.name, partition: 0, records: values }] })
}

/** A folder with a configuration, and with a month of a shop in its log. Returns how many events. */
const shopIn = async (path: string): Promise<number> => {
  const { config } = readConfig(CONFIG, join(path, 'millrace.yaml'), {})
  await writeFile(join(path, 'millrace.yaml'), CONFIG)
  const { log: directory } = await openDataDirectory(config.data, 'shop')
  const sample = sampleEvents({ orders: 40, days: 10, seed: 5 })
  const log = await openLmdbLog(directory, { wallNow: Date.now })
  const clicks = arrivalsOf(sample.clickstream, 1)
  const placed = arrivalsOf(sample.orders, 1)
  for (const { name } of [markets, clickstream, orders]) {
    await log.createTopic(name, topicSettingsOf(config, name))
  }
  await write(log, markets, sample.markets)
  await write(log, clickstream, clicks)
  await write(log, orders, placed)
  await log.close()
  return sample.markets.length + clicks.length + placed.length
}

const until = async (holds: () => Promise<boolean>): Promise<void> => {
  while (!(await holds())) await wait(20)
}

test('a run takes in what is in the log, tells of it, and ends in good order', async () => {
  const path = await folder()
  const events = await shopIn(path)
  const run = started(join(path, 'millrace.yaml'))
  await until(async () => (await statusOf(run)).records >= events)
  const [, url] = await run.says(/ready: (http:\S+)/)
  expect(await (await fetch(`${url}/metrics`)).text()).toMatch(
    /millrace_records_taken_total\{topic="orders"\} \d/,
  )
  expect(await run.end()).toBe(0)
  expect(run.stderr()).toMatch(/draining[\s\S]*stopped/)
  expect(existsSync(join(path, '.millrace', 'run.lock'))).toBe(false)
  const log = await openLmdbLog(join(path, '.millrace', 'log'), { wallNow: Date.now })
  const scores = await log.range({ topic: 'fraud-scores', partition: 0 })
  await log.close()
  expect(scores.next).toBeGreaterThanOrEqual(40)
})

test('a process that is killed is started again, and has lost nothing', async () => {
  const path = await folder()
  const events = await shopIn(path)
  const run = started(join(path, 'millrace.yaml'))
  await until(async () => (await statusOf(run)).records >= events)
  const children = await readFile(`/proc/${run.parent.pid}/task/${run.parent.pid}/children`, 'utf8')
  for (const pid of children.trim().split(' ')) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8')
    if (command.includes('run-child')) process.kill(Number(pid), 'SIGKILL')
  }
  await run.says(/process 0 ended with signal SIGKILL, and is started again/)
  await run.says(/ready[\s\S]*ready/)
  expect(await run.end()).toBe(0)
})

test('a directory is run once at a time, and the instance keeps its id', async () => {
  const path = await folder()
  await shopIn(path)
  const config = join(path, 'millrace.yaml')
  const run = started(config)
  await run.says(/ready/)
  const second = await mill('run', '--config', config)
  expect(second).toMatchObject({ code: 1, stdout: '' })
  expect(second.stderr).toMatch(/process \d+ runs on .* already/)
  const id = await readFile(join(path, '.millrace', 'instance'), 'utf8')
  expect(await run.end()).toBe(0)
  const again = started(config)
  await again.says(/ready/)
  expect(await again.end()).toBe(0)
  expect(await readFile(join(path, '.millrace', 'instance'), 'utf8')).toBe(id)
})

test('a run that lacks topics, and may not make them, names them and ends', async () => {
  const path = await folder()
  await mkdir(path, { recursive: true })
  await writeFile(join(path, 'millrace.yaml'), `${CONFIG}topics: {createMissing: false}\n`)
  const run = started(join(path, 'millrace.yaml'))
  await once(run.parent, 'close')
  expect(run.parent.exitCode).toBe(1)
  expect(run.stderr()).toMatch(/LOG_TOPIC_UNKNOWN: the log has no .*orders/)
})

test('without a configuration, a run says where one is to be', async () => {
  const ended = await mill('run', '--config', join(await folder(), 'none.yaml'))
  expect(ended).toMatchObject({ code: 1, stdout: '' })
  expect(ended.stderr).toContain('there is no configuration')
})

test('a configuration is checked and printed', async () => {
  const config = join(await folder(), 'millrace.yaml')
  await writeFile(config, CONFIG)
  expect(await mill('config', 'check', '--config', config)).toMatchObject({
    code: 0,
    stdout: `${config} is sound.\n`,
  })
  const printed = await mill('config', 'print', '--config', config)
  expect(printed.stdout).toContain('  client: lmdb # file\n')
  const json = JSON.parse((await mill('config', 'print', '--json', '--config', config)).stdout)
  expect(json).toMatchObject({ config: { partitions: 1 }, origins: { processes: 'default' } })
})
