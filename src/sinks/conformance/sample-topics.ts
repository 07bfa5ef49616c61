/** Topics of the suite's own, with records that fit, records that do not, and tombstones. */
import { codecsOf } from '../../engine/schema/codecs.ts'
import type { Topic } from '../../engine/topic.ts'
import type { LogRecord } from '../../logs/log.ts'

export interface Parcel {
  readonly eventId: string
  readonly occurredAt: number
  readonly grams: number
  readonly note: string | null
}

export type ParcelTopic = Topic<Parcel>

export const parcelTopic = (name: string): ParcelTopic => ({
  name,
  kind: 'event',
  rank: 1,
  keyedBy: ['eventId'],
  identity: 'eventId',
  fields: null,
  schema: {
    type: 'record',
    name: 'Parcel',
    namespace: 'millrace.conformance',
    id: 9_001,
    fields: [
      { name: 'eventId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'grams', type: 'int', minimum: 0 },
      { name: 'note', type: ['null', 'string'], default: null },
    ],
  },
})

/** What a record is: fits, cannot be encoded, or is no row at all. */
export type Kind = 'fits' | 'broken' | 'tombstone'

export const parcelRecord = (topic: ParcelTopic, n: number, kind: Kind = 'fits'): LogRecord => {
  const key = Buffer.from(`k${n % 5}`)
  if (kind === 'tombstone') return { key, value: null }
  if (kind === 'broken') return { key, value: Buffer.from(`{"eventId": "broken ${n}"`) }
  const note = n % 3 === 0 ? null : 'ü'.repeat(n % 7)
  return {
    key,
    value: codecsOf(topic).encodeAvro({ eventId: `e${n}`, occurredAt: n, grams: n, note }),
  }
}
