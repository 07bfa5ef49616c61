/** What is worth looking at in the results of the sample's run. */
import { join } from 'node:path'
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { Topic } from '../../engine/topic.ts'
import {
  type DeadLetter,
  deadLetters,
  type FraudScore,
  fraudScores,
  type LifecycleSegment,
  lifecycleSegments,
} from '../../events.ts'
import { openNdjson } from '../../sources/ndjson.ts'

export interface SampleFindings {
  /** The last record of each person. */
  readonly people: readonly LifecycleSegment[]
  /** The highest scores, the highest first. */
  readonly suspects: readonly FraudScore[]
  /** How many scores asked for each action. */
  readonly actions: ReadonlyMap<string, number>
  readonly deadLetter: DeadLetter | undefined
}

const SUSPECTS = 10
const READ_RECORDS = 5_000

export const findingsIn = async (results: string): Promise<SampleFindings> => {
  const people = new Map<string, LifecycleSegment>()
  for await (const segment of recordsOf(results, lifecycleSegments)) {
    people.set(`${segment.subjectType} ${segment.subjectId}`, segment)
  }
  const actions = new Map<string, number>()
  const scores: FraudScore[] = []
  for await (const score of recordsOf(results, fraudScores)) {
    actions.set(score.action, (actions.get(score.action) ?? 0) + 1)
    scores.push(score)
  }
  let deadLetter: DeadLetter | undefined
  for await (const letter of recordsOf(results, deadLetters)) deadLetter ??= letter
  const suspects = scores.sort((a, b) => b.score - a.score).slice(0, SUSPECTS)
  return { people: [...people.values()], suspects, actions, deadLetter }
}

async function* recordsOf<T>(folder: string, topic: Topic<T>): AsyncGenerator<T> {
  const { decodeJson } = codecsOf(topic)
  const history = await openNdjson(join(folder, `${topic.name}.ndjson`))
  try {
    for (const stream of history.streams) {
      for (;;) {
        const records = await stream.read(READ_RECORDS)
        if (records.length === 0) break
        for (const { value } of records) yield decodeJson(value!)
      }
    }
  } finally {
    await history.close()
  }
}
