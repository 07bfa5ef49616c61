import avsc from 'avsc'
import type { Arrival, RecordFormat } from '../arrival.ts'

/** A record as it is written into state: what is held, and what a gather waits with. */
export interface Carried {
  readonly input: string
  readonly key: string
  readonly part: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  readonly format: RecordFormat
  readonly value: Buffer
}

export const CARRIED = avsc.Type.forSchema({
  type: 'record',
  name: 'carried',
  fields: [
    { name: 'input', type: 'string' },
    { name: 'key', type: 'string' },
    { name: 'part', type: 'string' },
    { name: 'topic', type: 'string' },
    { name: 'partition', type: 'int' },
    { name: 'offset', type: 'long' },
    { name: 'format', type: { type: 'enum', name: 'format', symbols: ['json', 'avro'] } },
    { name: 'value', type: 'bytes' },
  ],
} as never)

/** A record that a pipeline of this process made has no bytes yet: they are made here. */
export const carriedOf = (
  arrival: Arrival,
  input: string,
  key: string,
  part: string | null,
  encode: (arrival: Arrival) => Buffer,
): Carried => ({
  input,
  key,
  part: part ?? '',
  topic: arrival.topic.name,
  partition: arrival.partition,
  offset: arrival.offset,
  format: arrival.value === null ? 'avro' : arrival.format,
  value: arrival.value ?? encode(arrival),
})
