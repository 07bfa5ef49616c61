/** Whether the sink has stored all that was in the topics when they were looked at. */

import { sinkGroup } from './law-config.ts'
import { LOAD_TOPICS } from './load.ts'
import { lagOf, standings } from './positions.ts'
import type { Judged } from './verdict.ts'

/** Marks of transactions count as offsets and are no records: so many may stand behind the last. */
const MARKS_PER_PARTITION = 4

export const tablesAreFilled = async ({ config, pipelines }: Judged): Promise<boolean> => {
  const inputs = LOAD_TOPICS.map(({ name }) => name)
  const results = pipelines.map(({ output }) => output.name)
  const group = sinkGroup(config)
  if (lagOf(await standings(config.brokers, group, inputs)) > 0) return false
  const all = await standings(config.brokers, group, results)
  return all.every(({ next, end }) => end - (next ?? 0) <= MARKS_PER_PARTITION)
}
