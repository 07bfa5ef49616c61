import type { EngineFields, RecordFormat } from '../arrival.ts'
import type { Output } from '../commit.ts'
import type { Learner } from '../learner.ts'
import { codecsOf } from '../schema/codecs.ts'
import type { AnyTopic } from '../topic.ts'

/** What came of one record: a version as it is to be written, or in a sentence why there is none. */
export type Finding =
  | { readonly as: 'published'; readonly version: Output }
  | { readonly as: 'refused' | 'failed'; readonly why: string }

/** Of these a learner has told so many. */
export type FindingCounts = Record<Finding['as'], number>

/**
 * Learns from one record, in the learner's own pieces. What a learner throws is what it has found: its
 * fault stops neither a replay nor a run, which go on with the parameters that are in use.
 */
export function* finding(
  { to, learn }: Learner,
  record: EngineFields,
  format: RecordFormat,
): Generator<undefined, Finding, undefined> {
  try {
    const learned = yield* learn(record)
    if ('refused' in learned) return { as: 'refused', why: learned.refused }
    return { as: 'published', version: versionOf(to, learned.publish, format) }
  } catch (thrown) {
    return { as: 'failed', why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

/** Such as `purchases@3`: no two versions have the same key. */
const versionOf = (topic: AnyTopic, record: EngineFields, format: RecordFormat): Output => {
  const codecs = codecsOf<EngineFields>(topic)
  const value = format === 'json' ? codecs.encodeJson(record) : codecs.encodeAvro(record)
  const misfit = codecs.check(record)
  if (misfit) throw misfit
  const fields = record as unknown as Readonly<Record<string, unknown>>
  const key = topic.keyedBy.map(field => String(fields[field])).join('@')
  return { topic, key, record, resultId: null, value }
}
