/**
 * All that one slice has for another in one commit, of all pipelines, as one record of the exchange:
 * records with whom they go to, answers to scattered events, ids that are to be forgotten, and behind
 * them how far the sender has come.
 */
import avsc from 'avsc'
import type { RecordFormat } from '../arrival.ts'
import { MillraceError } from '../errors.ts'

export interface Parcel {
  /** The slice that sends. */
  readonly from: number
  /** Each once, however many keys of the receiver it goes to. */
  readonly records: readonly SentRecord[]
  readonly deliveries: readonly SentDelivery[]
  readonly answers: readonly SentAnswer[]
  readonly forgotten: readonly ForgottenIds[]
  readonly standings: readonly SentStanding[]
}

export interface SentRecord {
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly format: RecordFormat
  readonly value: Buffer
}

export interface SentDelivery {
  readonly pipeline: string
  readonly input: string
  readonly key: string
  /** Empty where the event is not scattered. */
  readonly part: string
  /** Place in the parcel's `records`. */
  readonly record: number
  readonly isLate: boolean
  readonly isRedriven: boolean
}

export interface SentAnswer {
  readonly pipeline: string
  readonly id: string
  readonly part: string
  /** null: the part will not answer, as its handler failed. */
  readonly answer: Buffer | null
}

/** Of a record whose step failed, so that it can be redriven. */
export interface ForgottenIds {
  readonly pipeline: string
  readonly input: string
  readonly source: string
  readonly ids: readonly string[]
}

export interface SentStanding {
  readonly pipeline: string
  /** Watermark of the sender's sources; null where it has none, or none has moved yet. */
  readonly sources: number | null
  readonly task: number | null
  /** Whether the sender's task holds as many records as it may. */
  readonly isFull: boolean
}

const record = (name: string, fields: Readonly<Record<string, unknown>>) => ({
  type: 'record',
  name,
  fields: Object.entries(fields).map(([field, type]) => ({ name: field, type })),
})

const listOf = (items: unknown) => ({ type: 'array', items })

const PARCEL = avsc.Type.forSchema(
  record('parcel', {
    from: 'int',
    records: listOf(
      record('sentRecord', {
        topic: 'string',
        partition: 'int',
        offset: 'long',
        format: { type: 'enum', name: 'format', symbols: ['json', 'avro'] },
        value: 'bytes',
      }),
    ),
    deliveries: listOf(
      record('sentDelivery', {
        pipeline: 'string',
        input: 'string',
        key: 'string',
        part: 'string',
        record: 'int',
        isLate: 'boolean',
        isRedriven: 'boolean',
      }),
    ),
    answers: listOf(
      record('sentAnswer', {
        pipeline: 'string',
        id: 'string',
        part: 'string',
        answer: ['null', 'bytes'],
      }),
    ),
    forgotten: listOf(
      record('forgottenIds', {
        pipeline: 'string',
        input: 'string',
        source: 'string',
        ids: listOf('string'),
      }),
    ),
    standings: listOf(
      record('sentStanding', {
        pipeline: 'string',
        sources: ['null', 'double'],
        task: ['null', 'double'],
        isFull: 'boolean',
      }),
    ),
  }) as never,
  { wrapUnions: 'never' },
)

const VERSION = 1

export const encodeParcel = (parcel: Parcel): Buffer => {
  const body = PARCEL.toBuffer(parcel)
  const bytes = Buffer.allocUnsafe(1 + body.length)
  bytes[0] = VERSION
  body.copy(bytes, 1)
  return bytes
}

/** @throws MillraceError `EXCHANGE_UNREADABLE`: another version of the engine wrote it */
export const decodeParcel = (bytes: Buffer): Parcel => {
  if (bytes[0] === VERSION) return PARCEL.fromBuffer(bytes.subarray(1)) as Parcel
  throw new MillraceError(
    'EXCHANGE_UNREADABLE',
    `a record of the exchange is of version ${bytes[0]}, and this engine reads ${VERSION}. Run all ` +
      'processes of the application in one version: stop the others, and start again.',
  )
}
