import type { Log, TopicSettings } from './log.ts'

/** A topic that is there keeps its own settings. */
export const createMissingTopic = async (
  log: Log,
  topic: string,
  settings: TopicSettings,
): Promise<void> => {
  if (!(await log.topics()).has(topic)) await log.createTopic(topic, settings)
}
