/**
 * Checks of what is in topics. Each topic is read once, however many look at it: a long run's records
 * are millions, and reading them is most of the work.
 */
import { eachRecord, type FoundRecord } from './topic-contents.ts'
import type { Verdict } from './verdict.ts'

export interface Watch {
  /** What it wants to see. */
  readonly topics: ReadonlySet<string>
  see(topic: string, record: FoundRecord): void
  /** Called when all was seen. */
  judge(): Promise<Verdict>
}

/** In the order of the watches. */
export const watched = async (
  brokers: readonly string[],
  watches: readonly Watch[],
): Promise<Verdict[]> => {
  for (const topic of new Set(watches.flatMap(({ topics }) => [...topics]))) {
    const looking = watches.filter(({ topics }) => topics.has(topic))
    await eachRecord(brokers, topic, record => {
      for (const watch of looking) watch.see(topic, record)
    })
  }
  return Promise.all(watches.map(watch => watch.judge()))
}
