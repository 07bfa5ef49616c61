/**
 * Events of a data set that is kept by customer, store or device, in order of time.
 *
 * A topic is read as it was recorded. Were the events left as the file has them, all but those of
 * the first customer would come too late.
 */
import { MillraceError } from '../../engine/errors.ts'
import type { ImportedEvent } from './importer.ts'

/** They are held in memory. The largest of these data sets has a tenth of that. */
const EVENTS_MAX = 2_000_000
const BATCH_EVENTS = 2_000

/** Events of the same instant stay in the file's order. */
export const inTimeOrder = async function* (
  path: string,
  batches: AsyncIterable<readonly ImportedEvent[]>,
): AsyncGenerator<readonly ImportedEvent[]> {
  const events: ImportedEvent[] = []
  for await (const batch of batches) {
    for (const event of batch) events.push(event)
    if (events.length > EVENTS_MAX) throw tooLarge(path)
  }
  events.sort((one, other) => one.record.occurredAt - other.record.occurredAt)
  for (let at = 0; at < events.length; at += BATCH_EVENTS) {
    yield events.slice(at, at + BATCH_EVENTS)
  }
}

const tooLarge = (path: string): MillraceError =>
  new MillraceError(
    'INPUT_UNREADABLE',
    `${path} has more than ${EVENTS_MAX} events, which this format cannot sort by time. ` +
      'Split it, and import the parts.',
  )
