import { codecsOf } from '../../engine/schema/codecs.ts'
import type { WriterSchemas } from '../../engine/schema/writer-schemas.ts'
import { type FraudLabel, fraudLabels } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import { decodedRecords } from '../../sources/decoded-records.ts'
import { openLogSource } from '../../sources/log-source.ts'

export interface KnownLabels {
  readonly count: number
  /** The latest by event time; of two at once, the one that came later. null: there is none. */
  readonly last: FraudLabel | null
}

/**
 * What was said of an order so far. Reads all that the log has of `fraud-labels`.
 *
 * @param writers schemas that records were written with, by id
 */
export const knownLabels = async (
  log: Log,
  orderId: string,
  writers: WriterSchemas,
): Promise<KnownLabels> => {
  const history = await openLogSource(log, { topics: [fraudLabels.name] })
  const eventIds = new Set<string>()
  let last: FraudLabel | null = null
  for await (const label of decodedRecords(history, codecsOf<FraudLabel>(fraudLabels, writers))) {
    if (label.orderId !== orderId || eventIds.has(label.eventId)) continue
    eventIds.add(label.eventId)
    if (last === null || label.occurredAt >= last.occurredAt) last = label
  }
  return { count: eventIds.size, last }
}
