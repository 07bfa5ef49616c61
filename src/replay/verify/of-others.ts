/**
 * Late events and dead letters are topics that several applications may write, and the sink writes
 * what a table cannot hold: what says so of itself is not held against the run.
 */

import type { Pipeline } from '../../engine/pipeline.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { deadLetters, lateEvents } from '../../events.ts'
import type { StoredRecord } from '../../logs/log.ts'

export const isOfOthers = (
  topic: string,
  pipelines: readonly Pipeline[],
): ((record: StoredRecord) => boolean) => {
  const shared = [deadLetters, lateEvents].find(({ name }) => name === topic)
  if (!shared) return () => false
  const ids = new Set(pipelines.map(({ id }) => id))
  const { decodeAvro } = codecsOf<object>(shared as AnyTopic)
  return ({ value }) => {
    const { stage, pipelineId } = aboutIn(decodeAvro, value)
    return stage === 'SINK' || (typeof pipelineId === 'string' && !ids.has(pipelineId))
  }
}

interface About {
  readonly stage?: string
  readonly pipelineId?: string | null
}

/** What cannot be read says nothing. */
const aboutIn = (decode: (bytes: Buffer) => object, value: Buffer | null): About => {
  try {
    return value === null ? {} : decode(value)
  } catch {
    return {}
  }
}
