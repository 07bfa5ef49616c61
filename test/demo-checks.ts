/** Whether the data directory of a demo that has ended holds exactly what it should. */
import { codecsOf } from '../src/engine/schema/codecs.ts'
import { deadLetters, lateEvents } from '../src/events.ts'
import { ApplicationLog } from '../src/logs/application-log.ts'
import { openLmdbLog } from '../src/logs/lmdb-log.ts'
import type { Log, StoredRecord } from '../src/logs/log.ts'
import { reExecute } from '../src/logs/re-execute.ts'
import { resultTopics } from '../src/logs/result-topics.ts'
import { fileSnapshots } from '../src/logs/snapshots.ts'
import { pipelines } from '../src/pipelines/index.ts'
import { existingDataDirectory } from '../src/runtime/data-directory.ts'
import { DEMO_APPLICATION } from '../src/runtime/demo/demo.ts'
import type { ShopPosition } from '../src/runtime/demo/shop-producer.ts'
import { shop } from '../src/testing/shop/shop.ts'

export interface DemoCheck {
  readonly inputs: number
  readonly results: number
  readonly commits: number
  /** One line for each thing that is not as it should be. */
  readonly faults: readonly string[]
}

export const checkDemo = async (data: string): Promise<DemoCheck> => {
  const directory = await existingDataDirectory(data)
  const log = await openLmdbLog(directory.log, { wallNow: Date.now })
  try {
    const faults: string[] = []
    const inputs = await checkInputs(log, faults)
    const { results, commits } = await checkResults(log, directory.snapshots, faults)
    return { inputs, results, commits, faults }
  } finally {
    await log.close()
  }
}

/** The input topics are what the shop gives, from its opening to the slot it has come to. */
const checkInputs = async (log: Log, faults: string[]): Promise<number> => {
  const { settings, stretches, slot } = await lastPosition(log)
  const should = new Map<string, Buffer[]>()
  const again = shop(settings)
  const slots = Array.from({ length: slot }, (_, n) => again.arrivals(n, stretches))
  for (const { topic, record } of [again.opening(), ...slots].flat()) {
    const value = codecsOf(topic).encodeAvro(record)
    const values = should.get(topic.name)
    if (values) values.push(value)
    else should.set(topic.name, [value])
  }
  let inputs = 0
  for (const [topic, values] of should) {
    const are = await recordsOf(log, topic)
    inputs += are.length
    compare(
      topic,
      values,
      are.map(({ value }) => value!),
      faults,
    )
  }
  return inputs
}

/** The journal, executed again, gives the very records of every result topic. */
const checkResults = async (log: Log, snapshots: string, faults: string[]) => {
  const state = new ApplicationLog({
    log,
    applicationId: DEMO_APPLICATION,
    snapshots: fileSnapshots(snapshots),
  })
  const options = {
    pipelines,
    mode: 'live',
    lateEvents,
    deadLetters,
    sourcePartitions: () => 1,
  } as const
  const should = new Map<string, Buffer[]>(resultTopics(pipelines).map(({ name }) => [name, []]))
  let commits = 0
  for await (const unit of reExecute(options, log, state.journal())) {
    commits++
    for (const { topic, value } of unit.outputs) should.get(topic.name)!.push(value as Buffer)
  }
  let results = 0
  for (const [topic, values] of should) {
    const are = (await recordsOf(log, topic)).filter(record => !isOfSink(topic, record))
    results += are.length
    compare(
      topic,
      values,
      are.map(({ value }) => value!),
      faults,
    )
  }
  return { results, commits }
}

const compare = (
  topic: string,
  should: readonly Buffer[],
  are: readonly Buffer[],
  faults: string[],
): void => {
  if (are.length !== should.length) {
    faults.push(`${topic} has ${are.length} records, and should have ${should.length}`)
  }
  const other = are.findIndex((value, at) => should[at] === undefined || !value.equals(should[at]))
  if (other >= 0) faults.push(`${topic} differs from offset ${other} on`)
}

const isOfSink = (topic: string, { value }: StoredRecord): boolean =>
  topic === deadLetters.name && codecsOf(deadLetters).decodeAvro(value!).stage === 'SINK'

const lastPosition = async (log: Log): Promise<ShopPosition> => {
  const records = await recordsOf(log, 'demo-shop')
  return JSON.parse(records.at(-1)!.value!.toString())
}

const recordsOf = async (log: Log, topic: string): Promise<StoredRecord[]> => {
  const all: StoredRecord[] = []
  const at = { topic, partition: 0 }
  const { first, next } = await log.range(at)
  for (let from = first; from < next; from = all.at(-1)!.offset + 1) {
    all.push(...(await log.read(at, from, { recordsMax: 100_000, bytesMax: 1 << 28 })).records)
  }
  return all
}
