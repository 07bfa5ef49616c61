/** The topics that a run reads: there, or made, or missed by name. */

import { MillraceError } from '../../engine/errors.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { days } from '../../engine/time.ts'
import { topicNamed } from '../../events.ts'
import { KEPT_WHOLE, type Log, type TopicSettings } from '../../logs/log.ts'
import type { Config } from '../config/config-schema.ts'

/** Of event topics that are created here; whoever wants another creates them. */
const RETENTION_MS = days(7)

/** Fails with `LOG_TOPIC_UNKNOWN` where some are missing and none are to be created. */
export const provideSourceTopics = async (
  log: Log,
  config: Config,
  pipelines: readonly Pipeline[],
): Promise<void> => {
  const there = await log.topics()
  const missing = sourcesOf(pipelines).filter(name => !there.has(name))
  if (missing.length > 0 && !config.topics.createMissing) throw missingTopics(missing)
  for (const name of missing) await log.createTopic(name, topicSettingsOf(config, name))
}

/** Events in partitions, kept for a week, and results for good; reference topics by key, control topics whole. */
export const topicSettingsOf = (config: Config, name: string): TopicSettings => {
  const kind = topicNamed(name)?.kind
  if (kind === 'reference') return { ...KEPT_WHOLE, compacted: true }
  if (kind === 'control') return KEPT_WHOLE
  if (kind === 'result') return { ...KEPT_WHOLE, partitions: config.partitions }
  const partitions = config.topics.partitions ?? config.partitions
  return { ...KEPT_WHOLE, partitions, retentionMs: RETENTION_MS }
}

/** The names of all topics that pipelines read and none of them makes. */
export const sourcesOf = (pipelines: readonly Pipeline[]): readonly string[] => {
  const made = pipelines.map(({ output }) => output.name)
  const read = pipelines.flatMap(({ inputs, references }) => [
    ...Object.values(references).map(({ name }) => name),
    ...Object.values(inputs).map(({ from }) => from.name),
  ])
  return [...new Set(read)].filter(name => !made.includes(name))
}

const missingTopics = (names: readonly string[]): MillraceError =>
  new MillraceError(
    'LOG_TOPIC_UNKNOWN',
    `the log has no ${names.join(', ')}. Create what is missing, or let a run do it with ` +
      'topics.createMissing: true.',
  )
