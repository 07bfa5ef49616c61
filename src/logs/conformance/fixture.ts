/** What the parts of the conformance suite share: a log under test, topics, records. */
import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { ErrorCode, MillraceError } from '../../engine/errors.ts'
import type {
  CommitReceipt,
  Log,
  LogRecord,
  ReadLimits,
  StoredRecord,
  TopicPartition,
  TopicSettings,
} from '../log.ts'

export interface TestedLog {
  readonly log: Log
  /** Closes the log, or lets it crash, and opens it again: what was committed must be there. */
  reopen(): Promise<Log>
  destroy(): Promise<void>
  /** Moves the log's wall clock, where the test has it in hand; age is not tested elsewhere. */
  advance?(byMs: number): void
}

export type OpenLog = () => Promise<TestedLog>

export interface ConformanceOptions {
  /** Whether all of a commit is there or nothing, also where it fails half-way. Default true. */
  readonly atomic?: boolean
  /** Few runs of random scripts, where each step asks a server. Default false. */
  readonly brief?: boolean
}

export const MANY: ReadLimits = { recordsMax: 10_000, bytesMax: 64 * 1024 * 1024 }

export const PLAIN: TopicSettings = {
  partitions: 1,
  compacted: false,
  retentionMs: null,
  retentionBytes: null,
}

/** Runs a test against a log of its own. */
export const withLog =
  (open: OpenLog, test: (tested: TestedLog) => Promise<void>) => async (): Promise<void> => {
    const tested = await open()
    try {
      await test(tested)
    } finally {
      await tested.destroy()
    }
  }

export const newTopic = async (
  log: Log,
  settings: Partial<TopicSettings> = {},
): Promise<string> => {
  const topic = `conformance-${randomUUID()}`
  await log.createTopic(topic, { ...PLAIN, ...settings })
  return topic
}

export const newGroup = (): string => `group-${randomUUID()}`

export const record = (key: string | null, value: string | null): LogRecord => ({
  key: key === null ? null : Buffer.from(key),
  value: value === null ? null : Buffer.from(value),
})

export const append = (
  log: Log,
  at: TopicPartition,
  records: readonly LogRecord[],
): Promise<CommitReceipt> => log.commit({ appends: [{ ...at, records }] })

/** All retained records of a partition, also of a commit that a broker has just only decided. */
export const readAll = async (log: Log, at: TopicPartition): Promise<StoredRecord[]> => {
  await log.settled([at])
  const records: StoredRecord[] = []
  let from = (await log.range(at)).first
  for (;;) {
    const batch = await log.read(at, from, MANY)
    records.push(...batch.records)
    if (batch.atEnd) return records
    from = batch.records.at(-1)!.offset + 1
  }
}

/** A record as text, to be compared: what was written, without where and when. */
export const textOf = ({ key, value, headers }: LogRecord): string =>
  JSON.stringify([
    key?.toString('latin1') ?? null,
    value?.toString('latin1') ?? null,
    Object.entries(headers ?? {}).sort(),
  ])

/** Waits for what a log does on its own; a rebalance of a broker takes seconds. */
export const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 2))
}

export const expectFailure = async (
  code: ErrorCode,
  attempt: Promise<unknown>,
): Promise<MillraceError> => {
  const outcome = await attempt.then(
    () => null,
    error => error as MillraceError,
  )
  expect(outcome, `expected ${code}`).not.toBeNull()
  expect(outcome!.code, outcome!.message).toBe(code)
  return outcome!
}
