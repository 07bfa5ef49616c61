/**
 * Who learns from a history. One that has versions on a learner's topic keeps to those: somebody has
 * published them, and results cite them. Where learners publish, nothing is read of their topic: a run
 * that writes into the log it reads would meet its own versions there when it goes on.
 */

import { MillraceError } from '../engine/errors.ts'
import type { Learner } from '../engine/learner.ts'
import type { RawRecord, RecordStream } from '../sources/record-stream.ts'

export interface LearningHistory {
  readonly streams: readonly RecordStream[]
  readonly learners: readonly Learner[]
  /** Those that learn nothing here, as their topic has versions. */
  readonly atRest: readonly Learner[]
}

/** @param before ids of those that learnt in the run that is gone on with; null for a new one */
export const learningHistory = async (
  runId: string,
  streams: readonly RecordStream[],
  learners: readonly Learner[],
  before: readonly string[] | null,
): Promise<LearningHistory> => {
  if (learners.length === 0 && before === null) return { streams, learners, atRest: [] }
  if (before !== null) return goingOn(runId, streams, learners, before)
  const looked = await lookedInto(streams, new Set(learners.map(({ to }) => to.name)))
  const told = new Set(
    looked.filter(({ hasRecords }) => hasRecords).map(({ stream }) => stream.topic),
  )
  const learning = learners.filter(({ to }) => !told.has(to.name))
  const all = looked.map(({ stream }) => stream)
  const atRest = learners.filter(({ to }) => told.has(to.name))
  return { streams: withoutTopicsOf(learning, all), learners: learning, atRest }
}

const goingOn = (
  runId: string,
  streams: readonly RecordStream[],
  learners: readonly Learner[],
  before: readonly string[],
): LearningHistory => {
  const learning = before.map(id => {
    const learner = learners.find(each => each.id === id)
    if (learner) return learner
    throw new MillraceError(
      'STATE_INCOMPATIBLE',
      `run ${runId} was begun with the learner ${id}, which is not there now. Give --restart to begin ` +
        'it anew, or another --run-id and target.',
    )
  })
  return { streams: withoutTopicsOf(learning, streams), learners: learning, atRest: [] }
}

const withoutTopicsOf = (
  learners: readonly Learner[],
  streams: readonly RecordStream[],
): readonly RecordStream[] =>
  streams.filter(({ topic }) => !learners.some(({ to }) => to.name === topic))

interface Looked {
  readonly stream: RecordStream
  readonly hasRecords: boolean
}

const lookedInto = (
  streams: readonly RecordStream[],
  topics: ReadonlySet<string>,
): Promise<readonly Looked[]> =>
  Promise.all(
    streams.map(async stream =>
      topics.has(stream.topic) ? lookInto(stream) : { stream, hasRecords: false },
    ),
  )

/** Reads its first record, which the stream that is returned still has. */
const lookInto = async (stream: RecordStream): Promise<Looked> => {
  let ahead: readonly RawRecord[] = await stream.read(1)
  const { topic, partition, format, name, signature } = stream
  const whole: RecordStream = {
    ...{ topic, partition, format, name, signature },
    async read(recordsMax) {
      if (ahead.length === 0) return stream.read(recordsMax)
      const first = ahead
      ahead = []
      return first
    },
    close: () => stream.close(),
  }
  return { stream: whole, hasRecords: ahead.length > 0 }
}
