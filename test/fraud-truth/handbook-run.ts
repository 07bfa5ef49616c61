/**
 * The Fraud Detection Handbook's transactions through the pipelines of fraud scores, in history mode:
 * raw orders and labels in, the score of each order out.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Output } from '../../src/engine/commit.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { days, type Instant } from '../../src/engine/time.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import {
  type FraudLabel,
  type FraudScore,
  fraudLabels,
  fraudScores,
  type Order,
  orders,
  type Policy,
  policies,
} from '../../src/events.ts'
import { openLmdbLog } from '../../src/logs/lmdb-log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { fraudLearner } from '../../src/pipelines/fraud-learner.ts'
import { FRAUD_POLICY_ID } from '../../src/pipelines/fraud-policy-in-use.ts'
import { pipelines } from '../../src/pipelines/index.ts'
import { replay } from '../../src/replay/replay.ts'
import { nullTarget, type Target } from '../../src/replay/target.ts'
import { fraudHandbook } from '../../src/sources/public-data/fraud-handbook.ts'
import type { ImportedEvent } from '../../src/sources/public-data/importer.ts'
import {
  type History,
  historyOf,
  type RawRecord,
  type RecordStream,
} from '../../src/sources/record-stream.ts'
import type { HandbookOrder } from './handbook-weeks.ts'

export interface HandbookRun {
  /** A file or a folder of the Handbook's transactions. */
  readonly path: string
  /** Orders are taken up to here, and labels too. */
  readonly until?: Instant
  /** Changes a label on its way in: for tests of what leaks. */
  readonly label?: (label: FraudLabel) => FraudLabel
}

/** When the run is begun: no transaction is from a future. */
const AFTERWARDS = Date.UTC(2019, 0, 1)

const FRAUD_PIPELINES = pipelines.filter(({ id }) => id.startsWith('fraud-'))

/** Orders as they were scored, in the order in which they were placed. */
export const scoredHandbook = async (run: HandbookRun): Promise<HandbookOrder[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'millrace-handbook-'))
  const log = await openLmdbLog(join(folder, 'log'), {
    wallNow: () => AFTERWARDS,
    durability: 'none',
  })
  try {
    const truth = new Truth()
    const scores = new Map<string, number>()
    await replay({
      pipelines: FRAUD_PIPELINES,
      learners: [fraudLearner],
      runId: 'handbook',
      command: {},
      open: async () => handbookHistory(run, truth),
      log,
      snapshots: fileSnapshots(join(folder, 'snapshots')),
      target: scoresTarget(scores),
      until: run.until ?? Number.MAX_SAFE_INTEGER,
      drain: false,
      // Customers and merchants are few, so what they keep is written seldom.
      commitRecords: 25_000,
      startedAtMs: AFTERWARDS,
    })
    return truth.scoredBy(scores)
  } finally {
    await log.close()
    await rm(folder, { recursive: true })
  }
}

/** Scores of orders, by their ids; all else that comes out goes nowhere. */
const scoresTarget = (scores: Map<string, number>): Target => ({
  ...nullTarget(),
  write: async (outputs: readonly Output[]) => {
    for (const { topic, record } of outputs) {
      if (topic !== fraudScores) continue
      const { subjectId, score } = record as FraudScore
      scores.set(subjectId, score)
    }
    return null
  },
})

/** What is true of each order, kept as it is read. */
class Truth {
  readonly #orders: { readonly id: string; readonly customer: string; readonly day: number }[] = []
  readonly #frauds = new Set<string>()

  note({ topic, record }: ImportedEvent): void {
    if (topic === orders) {
      const { orderId, userId, occurredAt } = record as Order
      this.#orders.push({ id: orderId, customer: userId!, day: Math.floor(occurredAt / days(1)) })
    } else if ((record as FraudLabel).isFraud) this.#frauds.add((record as FraudLabel).orderId)
  }

  scoredBy(scores: ReadonlyMap<string, number>): HandbookOrder[] {
    return this.#orders.flatMap(({ id, customer, day }) => {
      const score = scores.get(id)
      return score === undefined ? [] : [{ customer, day, score, isFraud: this.#frauds.has(id) }]
    })
  }
}

/** Each label comes after a week to the millisecond; whoever has none a day later would be honest. */
const LABELS_IN_A_WEEK: Policy = {
  policyId: FRAUD_POLICY_ID,
  version: 1,
  occurredAt: Date.UTC(2018, 2, 31),
  effectiveAt: null,
  document: '{"labelExpiryDays":8}',
}

/** Both topics from one reading of the file: labels wait, a week of them, until their time has come. */
const handbookHistory = ({ path, until, label }: HandbookRun, truth: Truth): History => {
  const batches = fraudHandbook.read(path)[Symbol.asyncIterator]()
  const waiting = new Map<AnyTopic, object[]>([
    [orders, []],
    [fraudLabels, []],
  ])
  const readMore = async (): Promise<boolean> => {
    const next = await batches.next()
    if (next.done) return false
    for (const event of next.value) {
      if (event.topic === orders && event.record.occurredAt >= (until ?? Infinity)) return false
      truth.note(event)
      const isChanged = label !== undefined && event.topic === fraudLabels
      waiting.get(event.topic)!.push(isChanged ? label(event.record as FraudLabel) : event.record)
    }
    return true
  }
  const streams = [...waiting].map(([topic, records]) => streamOf(topic, records, readMore))
  const policy = streamOf(policies, [LABELS_IN_A_WEEK], async () => false)
  return { ...historyOf([policy, ...streams]), close: async () => void (await batches.return?.()) }
}

const streamOf = (
  topic: AnyTopic,
  waiting: object[],
  readMore: () => Promise<boolean>,
): RecordStream => {
  const { encodeAvro } = codecsOf<object>(topic as never)
  let offset = 0
  const encoded = (record: object): RawRecord => ({
    offset: offset++,
    timestampMs: null,
    key: null,
    value: encodeAvro(record),
  })
  return {
    topic: topic.name,
    partition: 0,
    format: 'avro',
    name: `${topic.name} of the Handbook`,
    signature: null,
    async read(recordsMax) {
      while (waiting.length === 0 && (await readMore()));
      return waiting.splice(0, recordsMax).map(encoded)
    },
    close: async () => {},
  }
}
