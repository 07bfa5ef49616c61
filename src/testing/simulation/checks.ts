import type { ApplicationOptions } from '../../engine/application.ts'
import type { EngineFields } from '../../engine/arrival.ts'
import type { JournalEntry, Output } from '../../engine/commit.ts'
import type { Slice } from '../../engine/exchange/slice.ts'
import { partitionOf } from '../../engine/hash.ts'
import { DISORDER_MS, type Pipeline } from '../../engine/pipeline.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import type { Log, StoredRecord } from '../../logs/log.ts'
import { reExecute } from '../../logs/re-execute.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import { expectSame } from '../comparing.ts'
import { eventTimePipelines } from '../event-time-pipelines.ts'
import { type Committed, Harness } from '../harness.ts'
import { playStep } from '../play-step.ts'
import type { Send } from '../script.ts'
import { EXCHANGE } from './live-run.ts'

export interface Simulated {
  readonly application: ApplicationOptions
  readonly events: readonly Send[]
  readonly log: Log
  /** Of each slice. */
  readonly journals: readonly {
    readonly slice: Slice
    readonly journal: AsyncIterable<JournalEntry>
  }[]
  /** Saved state of keys at the newest event, where it is to be what it is undisturbed. */
  readonly state: readonly string[] | null
  /** Whether records may be there twice, under one result's id. */
  readonly repeats: boolean
}

export interface Found {
  readonly commits: number
  readonly results: number
  readonly records: ReadonlyMap<string, readonly object[]>
}

const READ = { recordsMax: 1_000_000, bytesMax: 1 << 30 }

/** What must hold of the log in the end, whatever happened on the way. */
export const checkSimulated = async (simulated: Simulated): Promise<Found> => {
  const { application, log, repeats } = simulated
  const all = new Map<string, readonly object[]>()
  const calm = undisturbed(simulated)
  const ordered = new Set(
    eventTimePipelines(application.pipelines).map(({ output }) => output.name),
  )
  for (const { output } of application.pipelines) {
    const written = await recordsOf(log, output)
    const found = repeats ? distinct(written) : written
    all.set(
      output.name,
      found.map(({ value }) => codecsOf<object>(output).decodeAvro(value!)),
    )
    const expected = calm.outputs.filter(({ topic }) => topic.name === output.name)
    expectOnce(output, found)
    // State may count twice what is done again, so that only what came about is the same.
    if (ordered.has(output.name) && !repeats) compareByKey(simulated, output, expected, found)
    else compareSubjects(output, expected, found)
  }
  if (repeats) return { commits: 0, results: 0, records: all }
  if (simulated.state) expectSame('saved state of keys', calm.state, simulated.state)
  return { ...(await compareAgain(simulated)), records: all }
}

const distinct = (records: readonly StoredRecord[]): StoredRecord[] => [
  ...new Map(records.map(record => [record.headers!.resultId, record])).values(),
]

/** All events once, in order, in one run without commits between. */
const undisturbed = ({
  application,
  events,
}: Simulated): { outputs: readonly Output[]; state: readonly string[] } => {
  const mill = new Harness(application.pipelines, {
    batchSize: Number.POSITIVE_INFINITY,
    sourcePartitions: application.sourcePartitions!(''),
    ...(application.limits ? { limits: application.limits } : {}),
  })
  const at = (step: Send): number => Number(step.record.occurredAt)
  for (const step of [...events].sort((a, b) => at(a) - at(b))) playStep(mill, step)
  mill.advanceTo(Math.max(...events.map(at)) + DISORDER_MS + 1)
  const state = keysIn(mill.committed().state, eventTimePipelines(application.pipelines))
  mill.finish(true)
  return { outputs: mill.outputs, state }
}

const keysIn = (state: Committed['state'], pipelines: readonly Pipeline[]): string[] =>
  pipelines
    .flatMap(({ id, generation }) =>
      [...(state.get(`${id}|${generation}|0`) ?? [])]
        .filter(([key]) => key.startsWith('k:'))
        .map(([key, value]) => `${id} ${key} ${value.toString('hex')}`),
    )
    .sort()

const expectOnce = ({ name }: AnyTopic, records: readonly StoredRecord[]): void => {
  const ids = records.map(record => record.headers!.resultId!)
  const doubled = ids.find((id, index) => ids.indexOf(id) !== index)
  if (doubled !== undefined) throw new Error(`${name} has two records with resultId ${doubled}`)
}

const compareByKey = (
  { journals }: Simulated,
  { name }: AnyTopic,
  expected: readonly Output[],
  found: readonly StoredRecord[],
): void => {
  const calm = expected.map(({ key, value }): [string, string] => [String(key), hex(value)])
  const stormy = found.map(({ key, value }): [string, string] => [String(key), hex(value!)])
  // What is known by one key may be made of several, in slices of which none waits for the others.
  const inOrder = journals.length === 1 ? inKeyOrder : sortedLines
  expectSame(`results in ${name}, by key,`, inOrder(calm), inOrder(stormy))
}

const sortedLines = (records: readonly [string, string][]): string[] => inKeyOrder(records).sort()

/** The sort is stable: the records of one key keep their order. */
const inKeyOrder = (records: readonly [string, string][]): string[] =>
  [...records].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(record => record.join(' '))

/** What a result says may depend on the interleaving; that there is one for each event may not. */
const compareSubjects = (
  topic: AnyTopic,
  expected: readonly Output[],
  found: readonly StoredRecord[],
): void => {
  const { decodeAvro } = codecsOf<EngineFields>(topic)
  const calm = expected.map(({ key, record }) => causedLine(key, record as EngineFields))
  const stormy = found.map(({ key, value }) => causedLine(String(key), decodeAvro(value!)))
  const caused = (lines: readonly (string | null)[]): string[] =>
    lines.filter(line => line !== null).sort()
  expectSame(`subjects in ${topic.name}`, caused(calm), caused(stormy))
}

/** Timers of such pipelines see what came when, so only what an event caused is compared. */
const causedLine = (key: string | null, result: EngineFields & Caused): string | null =>
  result.causeEventId == null ? null : `${key} because of ${result.causeEventId}`

interface Caused {
  readonly causeEventId?: string | null
}

/** The journal executed again gives every record of every result topic, byte for byte, in order. */
const compareAgain = async ({
  application,
  log,
  journals,
}: Simulated): Promise<{ commits: number; results: number }> => {
  const again: Output[] = []
  let commits = 0
  const inOrder = (lines: string[]): string[] => (journals.length === 1 ? lines : lines.sort())
  for (const { slice, journal } of journals) {
    const options = { ...application, slice }
    for await (const unit of reExecute(options, log, journal, { exchange: EXCHANGE })) {
      again.push(...unit.outputs)
      commits++
    }
  }
  for (const topic of resultTopics(application.pipelines)) {
    const { partitions } = (await log.topics()).get(topic.name)!
    for (let partition = 0; partition < partitions; partition++) {
      const own = again.filter(
        output =>
          output.topic.name === topic.name &&
          partitionOf(output.key ?? '', partitions) === partition,
      )
      const { records } = await log.read({ topic: topic.name, partition }, 0, READ)
      expectSame(
        `re-executed records in ${topic.name}-${partition}`,
        inOrder(records.map(({ key, value }) => `${key} ${hex(value!)}`)),
        inOrder(own.map(({ key, value }) => `${key} ${hex(value)}`)),
      )
    }
  }
  return { commits, results: again.length }
}

const recordsOf = async (log: Log, { name }: AnyTopic): Promise<StoredRecord[]> => {
  const { partitions } = (await log.topics()).get(name)!
  const all: StoredRecord[] = []
  for (let partition = 0; partition < partitions; partition++) {
    all.push(...(await log.read({ topic: name, partition }, 0, READ)).records)
  }
  return all
}

const hex = (value: Buffer | string): string => Buffer.from(value).toString('hex')
