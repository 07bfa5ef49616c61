import type { Message } from 'node-rdkafka'
import { expect, test } from 'vitest'
import { FedPartition } from './fed-partition.ts'

const MANY = { recordsMax: 100, bytesMax: 1_000_000 }
const at = { topic: 'orders', partition: 0 }

const message = (offset: number, bytes = 3): Message => ({
  ...at,
  offset,
  size: bytes,
  value: Buffer.alloc(bytes, 'v'),
  key: null,
  timestamp: 1,
})

const offsetsOf = (fed: FedPartition, limits = MANY) =>
  fed.read(limits).records.map(({ offset }) => offset)

test('a partition is at its end when all was delivered, also where a marker is last', () => {
  const fed = new FedPartition(at, 0)
  expect(fed.atEnd).toBe(false)
  fed.add(message(0))
  fed.add(message(1))
  fed.ended(3)
  expect(fed.atEnd).toBe(false)
  expect(offsetsOf(fed)).toEqual([0, 1])
  expect(fed.atEnd).toBe(true)
  fed.add(message(3))
  expect(offsetsOf(fed)).toEqual([3])
  expect(fed.atEnd).toBe(false)
})

test('what was in flight before the position was set anew is not delivered again', () => {
  const fed = new FedPartition(at, 5)
  for (const offset of [3, 4, 5, 5, 7]) fed.add(message(offset))
  expect(offsetsOf(fed)).toEqual([5, 7])
})

test('limits hold, and one record comes whatever its size', () => {
  const fed = new FedPartition(at, 0)
  for (let offset = 0; offset < 6; offset++) fed.add(message(offset, 100))
  expect(offsetsOf(fed, { recordsMax: 2, bytesMax: 1_000 })).toEqual([0, 1])
  expect(offsetsOf(fed, { recordsMax: 10, bytesMax: 1 })).toEqual([2])
  expect(offsetsOf(fed, { recordsMax: 10, bytesMax: 250 })).toEqual([3, 4])
  expect(fed.pending).toBe(1)
  expect(fed.pendingBytes).toBe(100)
})

test('reading goes on only where nothing between was delivered or passed', () => {
  const fed = new FedPartition(at, 0)
  fed.add(message(0))
  fed.add(message(4))
  expect(offsetsOf(fed, { ...MANY, recordsMax: 1 })).toEqual([0])
  expect(fed.continuesAt(0)).toBe(false)
  expect(fed.continuesAt(1)).toBe(true)
  expect(fed.continuesAt(4)).toBe(true)
  expect(fed.continuesAt(5)).toBe(false)
  expect(offsetsOf(fed)).toEqual([4])
  fed.ended(6)
  expect([4, 5, 6, 7].map(from => fed.continuesAt(from))).toEqual([false, true, true, false])
})
