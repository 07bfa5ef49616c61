import { describe, expect, test } from 'vitest'
import { orders } from '../../events.ts'
import type { Arrival } from '../arrival.ts'
import type { Delivery } from '../task/delivery.ts'
import { Outbox } from './outbox.ts'
import { decodeParcel, type SentStanding } from './parcel.ts'

const arrival = (offset: number): Arrival => ({
  topic: orders,
  partition: 0,
  source: 'orders|0',
  offset,
  timestampMs: 0,
  key: null,
  format: 'json',
  value: Buffer.from(`record ${offset}`),
  event: { occurredAt: 0 },
  failure: null,
  redrivenFor: null,
})

const delivery = (of: Arrival, key: string, isLate = false): Delivery => ({
  input: { name: 'order' } as Delivery['input'],
  arrival: of,
  event: of.event!,
  key,
  part: null,
  isLate,
  held: null,
  before: null,
})

const standing = (sources: number): SentStanding => ({
  pipeline: 'counting',
  sources,
  task: null,
  isFull: false,
})

const outbox = (): Outbox => new Outbox(0, 3, () => Buffer.from('made here'))

describe('an outbox', () => {
  test('packs a record once for each slice, whoever it goes to there', () => {
    const box = outbox()
    const one = arrival(1)
    for (const key of ['a', 'b']) box.deliver(1, 'counting', delivery(one, key))
    box.deliver(2, 'counting', delivery(one, 'c', true))
    box.deliver(1, 'scattering', delivery(one, 'a'))
    box.deliver(1, 'counting', delivery(arrival(2), 'a'))
    const [first, second] = box.seal([]).map(({ value }) => decodeParcel(value))
    expect(first!.records.map(({ value }) => value.toString())).toEqual(['record 1', 'record 2'])
    expect(first!.deliveries.map(({ key, record }) => `${key} ${record}`)).toEqual([
      'a 0',
      'b 0',
      'a 0',
      'a 1',
    ])
    expect(second!.records).toHaveLength(1)
    expect(second!.deliveries).toMatchObject([{ key: 'c', record: 0, isLate: true }])
  })

  test('tells all others how far it has come, once for each change', () => {
    const box = outbox()
    expect(box.seal([standing(1)]).map(({ to }) => to)).toEqual([1, 2])
    expect(box.seal([standing(1)])).toEqual([])
    expect(box.seal([{ ...standing(1), isFull: true }])).toHaveLength(2)
  })

  test('sends what there is to whom it is for, with how far it has come behind it', () => {
    const box = outbox()
    box.seal([standing(1)])
    box.answer(2, { pipeline: 'counting', id: 'e1', part: 'user', answer: null })
    const sent = box.seal([standing(1)])
    expect(sent.map(({ to }) => to)).toEqual([2])
    expect(decodeParcel(sent[0]!.value)).toMatchObject({
      from: 0,
      answers: [{ id: 'e1', answer: null }],
      standings: [{ sources: 1 }],
    })
    expect(box.isEmpty).toBe(true)
  })

  test('writes down what a pipeline here made, and has no bytes yet', () => {
    const box = outbox()
    box.deliver(1, 'following', delivery({ ...arrival(-1), value: null }, 'a'))
    const { records } = decodeParcel(box.seal([])[0]!.value)
    expect(records[0]).toMatchObject({ offset: -1, format: 'avro' })
    expect(records[0]!.value.toString()).toBe('made here')
  })
})
