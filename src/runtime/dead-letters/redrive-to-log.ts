import { partitionOf } from '../../engine/hash.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { createMissingTopic } from '../../logs/create-missing-topic.ts'
import { type Append, KEPT_WHOLE, type Log, type LogRecord } from '../../logs/log.ts'
import { REDRIVEN_FOR } from '../../logs/stored-arrival.ts'
import { openExistingLog } from './letters.ts'
import type { RedrivenRecord, RedriveTarget } from './redrive.ts'

/** Holds the id of each record that was put back, as its key. */
const MEMORY = { topic: 'redriven-dead-letters', partition: 0 }
const READ = { recordsMax: 10_000, bytesMax: 4 * 1024 * 1024 }

/** Records and the memory of them go in with one commit, so each goes back once. */
export const redriveToLog = async (path: string): Promise<RedriveTarget> => {
  const log = await openExistingLog(path)
  return {
    redriven: await remembered(log),
    async write(records) {
      await log.createTopic(MEMORY.topic, KEPT_WHOLE)
      const partitions = await partitionsFor(log, records)
      const appends = records.map(record => appendOf(record, partitions.get(record.topic.name)!))
      const memory = { ...MEMORY, records: records.map(memoryOf) }
      await (await log.commit({ appends: [...joined(appends), memory] })).durable
    },
    close: () => log.close(),
  }
}

const remembered = async (log: Log): Promise<ReadonlySet<string>> => {
  const ids = new Set<string>()
  if (!(await log.topics()).has(MEMORY.topic)) return ids
  const { first, next } = await log.range(MEMORY)
  for (let from = first; from < next; ) {
    const { records } = await log.read(MEMORY, from, READ)
    for (const { key } of records) ids.add(key!.toString())
    from = (records.at(-1)?.offset ?? next) + 1
  }
  return ids
}

const partitionsFor = async (
  log: Log,
  records: readonly RedrivenRecord[],
): Promise<ReadonlyMap<string, number>> => {
  for (const { name } of new Set(records.map(({ topic }) => topic))) {
    await createMissingTopic(log, name, KEPT_WHOLE)
  }
  return new Map([...(await log.topics())].map(([name, settings]) => [name, settings.partitions]))
}

const appendOf = (record: RedrivenRecord, partitions: number): Append => {
  const { topic, event, payload, format, pipelineIds } = record
  const values = event as unknown as Readonly<Record<string, unknown>>
  const key = Buffer.from(topic.keyedBy.map(field => values[field]).join('@'))
  const value = format === 'avro' ? payload : codecsOf(topic).encodeAvro(event)
  const headers = pipelineIds.length === 0 ? {} : { [REDRIVEN_FOR]: pipelineIds.join(',') }
  return {
    topic: topic.name,
    partition: partitionOf(key, partitions),
    records: [{ key, value, headers }],
  }
}

/** One append per partition. */
const joined = (appends: readonly Append[]): Append[] => {
  const places = new Map<string, Append>()
  for (const append of appends) {
    const place = `${append.topic}|${append.partition}`
    const before = places.get(place)?.records ?? []
    places.set(place, { ...append, records: [...before, ...append.records] })
  }
  return [...places.values()]
}

const memoryOf = ({ id, numbers }: RedrivenRecord): LogRecord => ({
  key: Buffer.from(id),
  value: Buffer.from(JSON.stringify({ numbers })),
})
