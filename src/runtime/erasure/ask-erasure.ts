/**
 * Asks for an erasure: one record of `erasures`, at which pipelines forget the person. What the log and
 * tables hold already is not touched by it.
 */
import { randomUUID } from 'node:crypto'
import { erasures } from '../../events.ts'
import type { Log, TopicPartition } from '../../logs/log.ts'
import { appendEvent, type WrittenAs } from '../append-event.ts'

export interface ErasureOptions extends WrittenAs {
  readonly userId: string
  readonly visitorIds: readonly string[]
  readonly now: number
}

export interface AskedErasure extends TopicPartition {
  readonly eventId: string
}

/** Resolves when the record is lasting. Fails as `appendEvent` does. */
export const askErasure = async (log: Log, options: ErasureOptions): Promise<AskedErasure> => {
  const { userId, visitorIds, now } = options
  const eventId = `erase-${randomUUID()}`
  const event = { eventId, occurredAt: now, userId, visitorIds: [...visitorIds] }
  return { ...(await appendEvent(log, erasures, { key: userId, event }, options)), eventId }
}
