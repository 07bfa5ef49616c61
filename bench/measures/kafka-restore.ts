/**
 * What it takes to bring a million keys back on a broker, in one process that is a member of its group
 * meanwhile: from snapshots and what came after them, and, where the disk was lost, from the
 * changelogs alone.
 */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { partitionOf } from '../../src/engine/hash.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { type Click, clickstream } from '../../src/events.ts'
import type { Figure } from '../figure.ts'
import { createTopics, deleteTopics, ownName } from '../kafka/broker.ts'
import { closed, flushed, openProducer } from '../kafka/clients.ts'
import type { LiveOptions } from '../kafka/live-options.ts'
import { LiveProcess } from '../kafka/live-process.ts'
import { clickOf } from '../mix.ts'

const SLICES = 2
const SESSION_TIMEOUT_MS = 6_000
const TARGET = { keys: 1_000_000, seconds: 10 }

export const kafkaRestore = async (dir: string, keys: string): Promise<Figure[]> => {
  const count = Number(keys)
  const prefix = ownName('restore')
  const topic = `${prefix}-clickstream`
  const results = `${prefix}-visitor-paces`
  await createTopics([topic, results], SLICES)
  await writeKeys(topic, count)
  const options: LiveOptions = {
    ...{ applicationId: prefix, prefix, pipeline: 'light', dir, slices: SLICES },
    guarantee: 'at-least-once',
    commitIntervalMs: 500,
    sessionTimeoutMs: SESSION_TIMEOUT_MS,
  }
  await build(options, count)
  const withSnapshot = await restored(options)
  await rm(join(dir, prefix), { recursive: true, force: true })
  const alone = await restored(options)
  await deleteTopics([topic, results])
  return [
    ...figures(count, 'snapshot and tail', withSnapshot, TARGET.seconds),
    ...figures(count, 'the changelog alone', alone),
  ]
}

/** One click each: of as many visitors. */
const writeKeys = async (topic: string, count: number): Promise<void> => {
  const producer = await openProducer()
  const { encodeAvro } = codecsOf<Click>(clickstream)
  const at = Date.now() - 3_600_000
  for (let who = 0; who < count; who++) {
    const click = clickOf(who, at + who, who, 'PAGE_VIEW', () => 1)
    const partition = partitionOf(click.visitorId, SLICES)
    producer.produce(topic, partition, encodeAvro(click), click.visitorId)
    if (who % 10_000 === 0) await flushed(producer)
  }
  await flushed(producer)
  await closed(producer)
}

const build = async (options: LiveOptions, count: number): Promise<void> => {
  const running = new LiveProcess(options)
  let taken = 0
  let heard = 0
  await running.until(news => {
    for (; heard < news.length; heard++) {
      const each = news[heard]!
      if (each.what === 'commit') taken += each.records
    }
    // Parcels are records, too, so it is the end that counts as well.
    const last = news.findLast(each => each.what === 'commit')
    return taken >= count && last?.isAtEnd === true
  })
  await running.stop()
}

interface Restored {
  readonly seconds: number
  readonly cpuSeconds: number
  /** How often the group took something away. */
  readonly revoked: number
  readonly stallMs: number
}

/** From when the slices were given to the process to when all are back. */
const restored = async (options: LiveOptions): Promise<Restored> => {
  const running = new LiveProcess(options)
  const times = (is: string): number[] =>
    running.news.flatMap(each => (each.what === 'slice' && each.is === is ? [each.at] : []))
  await running.until(() => times('live').length >= SLICES)
  const seconds = (Math.max(...times('restored')) - Math.min(...times('assigned'))) / 1_000
  const revoked = times('revoked').length
  await running.stop()
  const left = running.news.find(each => each.what === 'left')
  return {
    seconds,
    revoked,
    cpuSeconds: (left?.cpuMicros ?? 0) / 1e6,
    stallMs: left?.stallMs ?? 0,
  }
}

const figures = (
  count: number,
  from: string,
  { seconds, cpuSeconds, revoked, stallMs }: Restored,
  target?: number,
): Figure[] => {
  const name = `Kafka: ${count.toLocaleString('en')} keys from ${from}`
  if (revoked > 0)
    throw new Error(`${name}: the group took slices away ${revoked} times meanwhile.`)
  return [
    {
      ...{ name: `${name}: restored`, value: seconds, unit: 's' },
      perSecond: count / seconds,
      ...(target !== undefined && count === TARGET.keys ? { target } : {}),
    },
    { name: `${name}: CPU of the process`, value: cpuSeconds, unit: 's' },
    { name: `${name}: longest the event loop was busy`, value: stallMs, unit: 'ms' },
  ]
}
