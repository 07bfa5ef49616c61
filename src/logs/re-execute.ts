/**
 * Runs a retained stretch of the past again, exactly: commit by commit as the journal has it.
 *
 *   journal entry:  ranges of source records ─┐
 *                   ticks, end of the input ──┴─→ application ─→ the same commit as then
 *
 * It holds for journals of live runs, which make one merge per commit and take in all that their
 * ranges name. It does not hold for journals of replays: with `--since` or `--until` a range spans
 * records that were passed over, references are read to their end before the first event and not
 * where their time would put them, and the end of a drain is spread over several commits.
 *
 * Inside a commit the ranges are merged by their heads, sources in the order of their names, as the
 * live run merged them; a tick stands before the record that its number names.
 */
import { Application, type ApplicationOptions } from '../engine/application.ts'
import type { Incoming } from '../engine/arrival.ts'
import type { CommitUnit, JournalEntry } from '../engine/commit.ts'
import { mergedByHeads, sourceBefore } from '../engine/merge.ts'
import type { TopicFormat } from '../engine/schema/topic-format.ts'
import type { Log } from './log.ts'
import { RangeReader } from './range-reader.ts'
import { incomingOf } from './stored-arrival.ts'

export interface ReExecution {
  /** The topic that is the application's exchange, where it has slices. */
  readonly exchange?: string
  /** One that was brought to the commit before the first entry. Default a new one. */
  readonly application?: Application
  /** What a topic was said to hold; `auto` where this is not given. */
  readonly formatOf?: (topic: string) => TopicFormat
}

/** @throws MillraceError `INPUT_MISSING` where records that the journal names are gone */
export async function* reExecute(
  options: ApplicationOptions,
  log: Log,
  journal: AsyncIterable<JournalEntry> | Iterable<JournalEntry>,
  { exchange = '', application = new Application(options), formatOf }: ReExecution = {},
): AsyncGenerator<CommitUnit> {
  const reader = new RangeReader(log)
  for await (const entry of journal) {
    const sources: Incoming[][] = []
    for (const range of [...entry.ranges].sort(sourceBefore)) {
      const records = await reader.recordsIn(range)
      const format = formatOf?.(range.topic)
      sources.push(records.map(record => incomingOf(application, exchange, range, record, format)))
    }
    takeAgain(application, mergedByHeads(sources), entry)
    yield application.commit()
  }
}

const takeAgain = (
  application: Application,
  arrivals: readonly Incoming[],
  { ticks, ended }: JournalEntry,
): void => {
  let next = 0
  for (const { at, after, partitions } of ticks) {
    for (; next < after; next++) application.take(arrivals[next]!)
    application.tick(at, partitions)
  }
  for (; next < arrivals.length; next++) application.take(arrivals[next]!)
  if (ended !== null) application.finish(ended === 'drained')
}
