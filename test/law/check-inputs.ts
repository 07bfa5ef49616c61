/** The load is in the log, and the application has read all of it. */

import type { Expected } from './expected.ts'
import { consumerGroup } from './law-config.ts'
import { LOAD_TOPICS } from './load.ts'
import { asked, firstBehind, lagOf, type Standing, standings } from './positions.ts'
import { counted, type Judged, type Verdict } from './verdict.ts'

/** The oracle itself is checked first: the load is in the log, neither more nor less. */
export const loadIsInTheLog = async (
  { config }: Judged,
  { records }: Expected,
): Promise<Verdict> => {
  let total = 0
  let difference: string | null = null
  for (const { name } of LOAD_TOPICS) {
    for (const { partition, offset } of await asked(config.brokers, admin =>
      admin.fetchTopicOffsets(name),
    )) {
      const wanted = records.get(`${name}-${partition}`) ?? 0
      total += Number(offset)
      if (Number(offset) !== wanted) {
        difference ??= `${name}-${partition} has ${offset} records, and ${wanted} were written`
      }
    }
  }
  return { check: 'the load is in the log', looked: counted(total, 'records'), difference }
}

/** No record was lost: what the application has read of its inputs is all that there is. */
export const everythingWasRead = async (judged: Judged): Promise<Verdict> => {
  const all = await inputStandings(judged)
  return {
    check: 'positions are at the ends of the inputs',
    looked: counted(all.length, 'partitions'),
    difference: firstBehind(all),
  }
}

export const inputLag = async (judged: Judged): Promise<number> =>
  lagOf(await inputStandings(judged))

/** Of the topics that the load writes, those that any pipeline reads. */
const inputStandings = ({ config, pipelines }: Judged): Promise<Standing[]> => {
  const read = new Set(
    pipelines.flatMap(({ inputs, references }) => [
      ...Object.values(inputs).map(({ from }) => from.name),
      ...Object.values(references).map(({ name }) => name),
    ]),
  )
  const names = LOAD_TOPICS.map(({ name }) => name).filter(name => read.has(name))
  return standings(config.brokers, consumerGroup(config), names)
}
