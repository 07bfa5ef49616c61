/** Random commits, reads and restarts, beside a log that is a list. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Append, Log, LogRecord, StoredRecord } from '../log.ts'
import {
  type ConformanceOptions,
  newGroup,
  newTopic,
  type OpenLog,
  readAll,
  textOf,
  withLog,
} from './fixture.ts'

const PARTITIONS = 2

const records: fc.Arbitrary<LogRecord> = fc.record({
  key: fc.option(fc.uint8Array({ maxLength: 3 }).map(Buffer.from)),
  value: fc.option(fc.uint8Array({ minLength: 1, maxLength: 40 }).map(Buffer.from)),
  headers: fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.stringMatching(/^[ -~]{0,9}$/), {
    maxKeys: 2,
  }),
})

const appends = fc.record({
  topic: fc.nat(1),
  partition: fc.nat(PARTITIONS - 1),
  records: fc.array(records, { maxLength: 12 }),
})

const steps = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('commit' as const),
      appends: fc.array(appends, { maxLength: 4 }),
      position: fc.option(fc.nat(50)),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('read' as const),
      topic: fc.nat(1),
      partition: fc.nat(PARTITIONS - 1),
      from: fc.double({ min: 0, max: 1, noNaN: true }),
      recordsMax: fc.integer({ min: 1, max: 9 }),
      bytesMax: fc.integer({ min: 1, max: 300 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
)
type Step = typeof steps extends fc.Arbitrary<infer T> ? T : never

interface Written {
  readonly offset: number
  readonly text: string
}

const writtenOf = (record: StoredRecord): Written => ({
  offset: record.offset,
  text: textOf(record),
})

/** The log as a list per partition. It takes offsets from the receipts, as they may have gaps. */
class Model {
  readonly lists = new Map<string, Written[]>()
  position: number | null = null

  listOf(topic: string, partition: number): Written[] {
    const name = `${topic}/${partition}`
    const list = this.lists.get(name) ?? []
    this.lists.set(name, list)
    return list
  }

  append(append: Append, { first, next }: { first: number; next: number }): void {
    const list = this.listOf(append.topic, append.partition)
    expect(first).toBeGreaterThan(list.at(-1)?.offset ?? -1)
    expect(next - first).toBeGreaterThanOrEqual(append.records.length)
    for (const [i, record] of append.records.entries()) {
      list.push({ offset: first + i, text: textOf(record) })
    }
  }

  /** For a log whose receipts do not tell: the offsets are those of what is found behind the list. */
  async appendUntold(log: Log, { topic, partition, records }: Append): Promise<void> {
    const list = this.listOf(topic, partition)
    const after = list.at(-1)?.offset ?? -1
    const found = (await readAll(log, { topic, partition })).filter(({ offset }) => offset > after)
    expect(found.length).toBeGreaterThanOrEqual(records.length)
    for (const [i, record] of records.entries()) {
      list.push({ offset: found[i]!.offset, text: textOf(record) })
    }
  }
}

/** A script may have twenty restarts, and a broker takes seconds to let go of a transactional id. */
const RESTARTS_MS = 300_000

export const againstModel = (open: OpenLog, { brief = false }: ConformanceOptions): void => {
  test(
    'random commits, reads and restarts agree with a plain list',
    { timeout: RESTARTS_MS },
    withLog(open, async tested => {
      let log = tested.log
      const run = async (script: readonly Step[]) => {
        const topics = [
          await newTopic(log, { partitions: PARTITIONS }),
          await newTopic(log, { partitions: PARTITIONS }),
        ]
        const group = newGroup()
        const model = new Model()
        for (const step of script) {
          if (step.kind === 'reopen') log = await tested.reopen()
          else await take(log, model, topics, group, step)
        }
        await compare(log, model, topics, group)
      }
      const property = fc.asyncProperty(fc.array(steps, { maxLength: 25 }), run)
      await fc.assert(property, { numRuns: brief ? 3 : 30 })
    }),
  )
}

const take = async (
  log: Log,
  model: Model,
  topics: readonly string[],
  group: string,
  step: Exclude<Step, { kind: 'reopen' }>,
): Promise<void> => {
  if (step.kind === 'read') return readSome(log, model, topics[step.topic]!, step)
  const appends = step.appends.map(append => ({ ...append, topic: topics[append.topic]! }))
  const position = { topic: topics[0]!, partition: 0, next: step.position ?? 0 }
  const consumed = step.position === null ? {} : { consumed: { group, positions: [position] } }
  const { appended } = await log.commit({ appends, ...consumed })
  for (const [i, append] of appends.entries()) {
    if (appended) model.append(append, appended[i]!)
    else await model.appendUntold(log, append)
  }
  if (step.position !== null) model.position = step.position
}

const readSome = async (
  log: Log,
  model: Model,
  topic: string,
  step: Extract<Step, { kind: 'read' }>,
): Promise<void> => {
  const at = { topic, partition: step.partition }
  const { first, next } = await log.range(at)
  const from = Math.floor(first + step.from * (next - first))
  const batch = await log.read(at, from, step)
  const rest = model.listOf(topic, step.partition).filter(({ offset }) => offset >= from)
  const read = batch.records.map(writtenOf)
  expect(read).toEqual(rest.slice(0, read.length))
  expect(read.length).toBeLessThanOrEqual(step.recordsMax)
  if (rest.length > 0) expect(read.length).toBeGreaterThan(0)
  if (batch.atEnd) expect(read.length).toBe(rest.length)
}

const compare = async (
  log: Log,
  model: Model,
  topics: readonly string[],
  group: string,
): Promise<void> => {
  for (const topic of topics) {
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const stored = (await readAll(log, { topic, partition })).map(writtenOf)
      expect(stored).toEqual(model.listOf(topic, partition))
    }
  }
  const position = { topic: topics[0], partition: 0, next: model.position }
  expect(await log.committed(group)).toEqual(model.position === null ? [] : [position])
}
