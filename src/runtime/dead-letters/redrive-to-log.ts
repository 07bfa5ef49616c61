/**
 * Records go back onto their topics in a log, to the partition and under the key that they had, or that
 * their mended fields make, with the memory of it in the same commit: each goes back once. On Kafka the commit is a transaction of a
 * name that one process has at a time, which is taken before the memory is read: of two that redrive at
 * once, the later goes on, and the earlier writes nothing.
 */
import { MillraceError } from '../../engine/errors.ts'
import { partitionOf } from '../../engine/hash.ts'
import { partitionNameOf } from '../../engine/partition-name.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { TopicFormat } from '../../engine/schema/topic-format.ts'
import { createMissingTopic } from '../../logs/create-missing-topic.ts'
import { type Append, KEPT_WHOLE, type Log, type StoredRecord } from '../../logs/log.ts'
import { REDRIVEN_FOR } from '../../logs/stored-arrival.ts'
import { madeKey } from './made-key.ts'
import type { RedrivenRecord, RedriveTarget } from './redrive.ts'
import { REDRIVEN, redrivenIn, redrivenRecord } from './redriven-memory.ts'

/** Of records that go back in one commit, with what they weigh. */
const COMMIT_BYTES = 16 * 1024 * 1024

export interface RedriveToLogOptions {
  /** Whether what failed was read from this log, so that its topics are there and are not made. */
  readonly isItsOwn: boolean
  /** What a topic is to hold. Default `avro` for all. */
  readonly formatOf?: (topic: string) => TopicFormat
  /** Ids of schemas are a registry's, so that none can be made up here. */
  readonly hasRegistry?: boolean
}

/** Closing the target leaves the log open. */
export const redriveToLog = async (
  log: Log,
  options: RedriveToLogOptions,
): Promise<RedriveTarget> => ({
  redriven: await redrivenIn(log),
  async write(records) {
    await createMissingTopic(log, REDRIVEN.topic, KEPT_WHOLE)
    const partitions = await partitionsFor(log, records, options)
    for (const some of portionsOf(records)) {
      const appends: Append[] = []
      for (const each of some) {
        const original = await originalOf(log, each)
        appends.push(appendOf(each, original, partitions.get(each.topic.name)!, options))
      }
      const memory = some.map(({ id, numbers }) => redrivenRecord(id, numbers))
      await (await log.commit({ appends: [...joined(appends), { ...REDRIVEN, records: memory }] }))
        .durable
    }
  },
  close: async () => {},
})

const partitionsFor = async (
  log: Log,
  records: readonly RedrivenRecord[],
  { isItsOwn }: RedriveToLogOptions,
): Promise<ReadonlyMap<string, number>> => {
  const topics = new Set(records.map(({ topic }) => topic.name))
  if (!isItsOwn) for (const name of topics) await createMissingTopic(log, name, KEPT_WHOLE)
  const there = await log.topics()
  for (const name of topics) if (!there.has(name)) throw goneTopic(name)
  return new Map([...there].map(([name, settings]) => [name, settings.partitions]))
}

const goneTopic = (name: string): MillraceError =>
  new MillraceError(
    'LOG_TOPIC_UNKNOWN',
    `the topic ${name}, which the letters are of, is gone. Create it as it was, or leave its letters ` +
      'out with --topic.',
  )

function* portionsOf(records: readonly RedrivenRecord[]): Generator<readonly RedrivenRecord[]> {
  let some: RedrivenRecord[] = []
  let bytes = 0
  for (const record of records) {
    if (some.length > 0 && bytes + record.payload.length > COMMIT_BYTES) {
      yield some
      some = []
      bytes = 0
    }
    some.push(record)
    bytes += record.payload.length
  }
  yield some
}

/**
 * The record that failed, where the log has it still: a letter holds its bytes, and not its key. Where
 * it was read from a file, something else may stand at its offset here.
 */
const originalOf = async (
  log: Log,
  { topic, partition, offset, failed }: RedrivenRecord,
): Promise<StoredRecord | null> => {
  try {
    const at = { topic: topic.name, partition }
    const { records } = await log.read(at, offset, { recordsMax: 1, bytesMax: 1 })
    const [found] = records
    return found?.offset === offset && found.value?.equals(failed) ? found : null
  } catch (error) {
    if (error instanceof MillraceError && GONE.has(error.code)) return null
    throw error
  }
}

const GONE = new Set<string>(['LOG_OFFSET_GONE', 'LOG_TOPIC_UNKNOWN'])

const appendOf = (
  record: RedrivenRecord,
  original: StoredRecord | null,
  partitions: number,
  options: RedriveToLogOptions,
): Append => {
  const key = original === null || record.isRekeyed ? keyOf(record) : original.key
  const wasThere = (options.isItsOwn || original !== null) && record.partition < partitions
  const isThere = wasThere && !record.isRekeyed
  const headers = headersOf(original?.headers ?? {}, record.pipelineIds)
  return {
    topic: record.topic.name,
    partition: isThere ? record.partition : partitionOf(key ?? keyOf(record), partitions),
    records: [{ key, value: bytesOf(record, options), headers }],
  }
}

const keyOf = ({ topic, event }: RedrivenRecord): Buffer => Buffer.from(madeKey(topic, event) ?? '')

const bytesOf = (
  { topic, event, payload, format }: RedrivenRecord,
  { formatOf, hasRegistry = false }: RedriveToLogOptions,
): Buffer => {
  const wanted = formatOf?.(topic.name) ?? 'avro'
  if (wanted === format || wanted === 'auto') return payload
  if (wanted === 'json') return Buffer.from(codecsOf(topic).encodeJson(event))
  if (hasRegistry) throw noSchemaId(topic.name)
  return codecsOf(topic).encodeAvro(event)
}

const noSchemaId = (topic: string): MillraceError =>
  new MillraceError(
    'REJECTED',
    `${topic} is written in Avro under the ids of the registry, and the mended record is JSON. Send it ` +
      'with a producer of that topic.',
  )

/** Those of the record that a log takes: what is not ASCII, a client may have misread. */
const headersOf = (
  headers: Readonly<Record<string, string>>,
  pipelineIds: readonly string[],
): Record<string, string> => {
  const { [REDRIVEN_FOR]: _, ...kept } = headers
  const ascii = Object.entries(kept).filter(([name, text]) => ASCII.test(name) && ASCII.test(text))
  const own = pipelineIds.length === 0 ? {} : { [REDRIVEN_FOR]: pipelineIds.join(',') }
  return { ...Object.fromEntries(ascii), ...own }
}

const ASCII = /^[\x20-\x7e]+$/

/** One append per partition. */
const joined = (appends: readonly Append[]): Append[] => {
  const places = new Map<string, Append>()
  for (const append of appends) {
    const place = partitionNameOf(append)
    const before = places.get(place)?.records ?? []
    places.set(place, { ...append, records: [...before, ...append.records] })
  }
  return [...places.values()]
}
