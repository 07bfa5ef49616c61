/**
 * Whether an application that has done nothing yet is to write where results are already. Somebody has
 * run the same pipelines under another name, and consumers cannot tell whose a result is.
 *
 * It is told and not refused: to put a new version beside the old one, on the same topics, and to take the
 * old one away when the new one has caught up, is what other names are for. See docs/kafka.md.
 */
import type { Pipeline } from '../../engine/pipeline.ts'
import { journalTopic } from '../../logs/application-topics.ts'
import { isEmpty } from '../../logs/is-empty.ts'
import type { Log, TopicSettings } from '../../logs/log.ts'

type Topics = ReadonlyMap<string, TopicSettings>

interface Filled {
  readonly topic: string
  /** As offsets tell: on Kafka, marks of transactions are among them. */
  readonly records: number
}

/** One line, or null where the application has begun, or its topics are free. */
export const resultsOfOthers = async (
  log: Log,
  applicationId: string,
  pipelines: readonly Pipeline[],
): Promise<string | null> => {
  const topics = await log.topics()
  if (await hasBegun(log, applicationId, topics)) return null
  const filled: Filled[] = []
  for (const topic of new Set(pipelines.map(({ output }) => output.name))) {
    const records = await recordsOf(log, topic, topics)
    if (records > 0) filled.push({ topic, records })
  }
  // Other processes of the application may have begun meanwhile, and these are its own.
  if (filled.length === 0 || (await hasBegun(log, applicationId, topics))) return null
  return warningOf(applicationId, filled)
}

/** Its journal had a record once, whether that is kept or not. */
const hasBegun = async (log: Log, applicationId: string, topics: Topics): Promise<boolean> => {
  const topic = journalTopic(applicationId)
  for (let partition = 0; partition < partitionsOf(topic, topics); partition++) {
    if ((await log.range({ topic, partition })).next > 0) return true
  }
  return false
}

const recordsOf = async (log: Log, topic: string, topics: Topics): Promise<number> => {
  let records = 0
  let isFilled = false
  for (let partition = 0; partition < partitionsOf(topic, topics); partition++) {
    const { first, next } = await log.range({ topic, partition })
    records += next - first
    if (next > first) isFilled ||= !(await isEmpty(log, { topic, partition }))
  }
  return isFilled ? records : 0
}

const partitionsOf = (topic: string, topics: Topics): number => topics.get(topic)?.partitions ?? 0

const warningOf = (applicationId: string, filled: readonly Filled[]): string =>
  `WARNING: application "${applicationId}" begins, and results are there already, of another ` +
  `application: ${filled.map(textOf).join(', ')}. It adds its own to these topics, from all that its ` +
  'sources still hold: whoever reads them gets each result once from either application, under the same ' +
  '`resultId` where both had the same history. If it is to take the place of the other, stop that one when ' +
  'this one has caught up, and let consumers keep one result of each `resultId`. If only the name was ' +
  'changed, stop this one now and give `application` its old name. Otherwise run it on another cluster.'

const textOf = ({ topic, records }: Filled): string =>
  `${topic} (about ${records} ${records === 1 ? 'record' : 'records'})`
