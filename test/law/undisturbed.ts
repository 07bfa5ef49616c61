/**
 * What pipelines in event-time order must have given: the same load through the same engine, in one
 * process, without commits that fail, without Kafka, and in one piece.
 *
 * Kept are digests per place in order, so that a long run fits into memory. Where something differs,
 * the run is done again and the record itself is kept: `recordOf`.
 */
import { createHash } from 'node:crypto'
import { Application } from '../../src/engine/application.ts'
import type { Output } from '../../src/engine/commit.ts'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { minutes, seconds } from '../../src/engine/time.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { deadLetters, lateEvents } from '../../src/events.ts'
import { Load, type LoadPlan, type LoadRecord, OPENING } from './load.ts'

/** By `placeOf`: digests of its records in their order. */
export type Digests = ReadonlyMap<string, readonly string[]>

/** Whose records have an order: those of a key, or of an article in one market, as its markets have none. */
export const placeOf = ({ name, keyedBy }: AnyTopic, key: string | null, record: object): string =>
  keyedBy[0] === 'sku'
    ? `${name} ${key} in ${(record as { market?: string | null }).market ?? 'no market'}`
    : `${name} ${key}`

const COMMIT_SLOTS = 4
const OUTPUTS_AT_ONCE = 1_000
/** The shop sends nothing more than 3 s late, save what it has sent before. */
const SETTLED_AFTER_MS = seconds(4)

/**
 * Everything up to the end of `lastSlot`; results of later event time are left out.
 *
 * @param see told of each record of the load, which takes as long to make as all else here
 */
export const undisturbedDigests = async (
  plan: LoadPlan,
  pipelines: readonly Pipeline[],
  lastSlot: number,
  see: (record: LoadRecord) => void,
): Promise<Digests> => {
  const digests = new Map<string, string[]>()
  let outputs = 0
  for (const output of undisturbedOutputs(plan, pipelines, lastSlot, see)) {
    // Others work meanwhile, and what they say is to be heard.
    if (++outputs % OUTPUTS_AT_ONCE === 0) await new Promise(resolve => setImmediate(resolve))
    const place = placeOf(output.topic, output.key, output.record)
    const digest = digestOf(Buffer.from(output.value))
    const own = digests.get(place)
    if (own) own.push(digest)
    else digests.set(place, [digest])
  }
  return digests
}

/** The one result, as canonical JSON, for a person to compare; null where there is none. */
export const undisturbedRecord = (
  plan: LoadPlan,
  pipelines: readonly Pipeline[],
  lastSlot: number,
  place: string,
  index: number,
): string | null => {
  let left = index
  for (const { topic, key, record } of undisturbedOutputs(plan, pipelines, lastSlot)) {
    if (placeOf(topic, key, record) === place && left-- === 0)
      return codecsOf(topic).encodeJson(record)
  }
  return null
}

export const digestOf = (value: Buffer): string =>
  createHash('sha1').update(value).digest('base64').slice(0, 16)

function* undisturbedOutputs(
  plan: LoadPlan,
  pipelines: readonly Pipeline[],
  lastSlot: number,
  see: (record: LoadRecord) => void = () => {},
): Generator<Output> {
  const run = new UndisturbedRun(plan, pipelines, see)
  const names = new Set(pipelines.map(({ output }) => output.name))
  const until = run.load.endOf(lastSlot)
  const isCompared = ({ topic, record }: Output): boolean =>
    names.has(topic.name) && (record as { occurredAt: number }).occurredAt <= until
  for (let slot = OPENING; slot <= lastSlot; slot++) {
    run.take(slot)
    if (slot % COMMIT_SLOTS === 0) yield* run.outputs().filter(isCompared)
  }
  run.tick(until + minutes(1))
  yield* run.outputs().filter(isCompared)
}

class UndisturbedRun {
  readonly load: Load
  readonly #application: Application
  readonly #sources: readonly { readonly topic: string; readonly partition: number }[]
  readonly #read: ReadonlySet<string>
  readonly #json: ReadonlySet<string>
  readonly #offsets = new Map<string, number>()
  readonly #see: (record: LoadRecord) => void

  constructor(plan: LoadPlan, pipelines: readonly Pipeline[], see: (record: LoadRecord) => void) {
    this.#see = see
    this.load = new Load(plan)
    this.#application = new Application({
      pipelines,
      mode: 'live',
      sourcePartitions: () => plan.partitions,
      lateEvents,
      deadLetters,
    })
    this.#json = new Set(plan.json)
    this.#read = new Set(this.#application.sourceTopics.map(({ name }) => name))
    this.#sources = [...this.#read].flatMap(topic =>
      Array.from({ length: plan.partitions }, (_, partition) => ({ topic, partition })),
    )
  }

  take(slot: number): void {
    const timestampMs = this.load.endOf(slot)
    for (const record of this.load.recordsOf(slot)) {
      this.#see(record)
      const { topic, partition, value } = record
      if (!this.#read.has(topic.name)) continue
      const source = `${topic.name}|${partition}`
      const offset = this.#offsets.get(source) ?? 0
      this.#offsets.set(source, offset + 1)
      this.#application.take(
        this.#application.decode({
          topic: topic.name,
          partition,
          offset,
          timestampMs,
          key: null,
          format: this.#json.has(topic.name) ? 'json' : 'avro',
          value,
          redrivenFor: null,
        }),
      )
    }
    this.tick(timestampMs - SETTLED_AFTER_MS)
  }

  tick(at: number): void {
    this.#application.tick(at, this.#sources)
  }

  outputs(): readonly Output[] {
    return this.#application.commit().outputs
  }
}
