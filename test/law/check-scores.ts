/** Whoever was to be scored was scored, once. */
import { createClient } from '@clickhouse/client'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { fraudScores } from '../../src/events.ts'
import type { Expected } from './expected.ts'
import { counted, type Judged, type Verdict } from './verdict.ts'
import type { Watch } from './watch.ts'

export const oneScoreInTheTopic = ({ subjects }: Expected): Watch => {
  const found = new Map<string, number>()
  const { decodeAvro } = codecsOf<{ readonly subjectId: string }>(fraudScores)
  return {
    topics: new Set([fraudScores.name]),
    see(_topic, { value }) {
      const { subjectId } = decodeAvro(value)
      found.set(subjectId, (found.get(subjectId) ?? 0) + 1)
    },
    judge: async () => ({
      check: 'one score in the topic for every PLACED order and every LOGIN',
      looked: counted(subjects.size, 'subjects'),
      difference: firstNotOnce(subjects, found),
    }),
  }
}

export const oneScoreInTheTable = async (
  { config }: Judged,
  { subjects }: Expected,
): Promise<Verdict> => {
  const { url, username, password, database } = config.clickHouse
  const client = createClient({ url, username, password, database })
  const rows = await client.query({
    query:
      'SELECT subjectId AS subject, toUInt32(count()) AS rows FROM fraud_scores GROUP BY subject',
    format: 'JSONCompactEachRow',
  })
  const found = new Map<string, number>()
  for (const [subject, count] of await rows.json<[string, number]>()) found.set(subject, count)
  await client.close()
  return {
    check: 'one score in the table for every PLACED order and every LOGIN',
    looked: counted(subjects.size, 'subjects'),
    difference: firstNotOnce(subjects, found),
  }
}

const firstNotOnce = (
  subjects: ReadonlySet<string>,
  found: ReadonlyMap<string, number>,
): string | null => {
  for (const subject of subjects) {
    const count = found.get(subject) ?? 0
    if (count !== 1) return `${subject} has ${count} scores`
  }
  for (const subject of found.keys()) {
    if (!subjects.has(subject)) return `${subject} has a score, and was neither placed nor a login`
  }
  return null
}
