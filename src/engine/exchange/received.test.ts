import { expect, test } from 'vitest'
import { Received } from './received.ts'

const noted = (): Received => {
  const received = new Received()
  received.note('slice 1', 'order', 'orders|0', 7)
  received.note('slice 1', 'order', 'orders|1', 3)
  received.settle('slice 1')
  return received
}

test('what is not beyond the last one of its source was here before', () => {
  const received = noted()
  const asked = [6, 7, 8].map(offset => received.has('order', 'orders|0', offset))
  expect(asked).toEqual([true, true, false])
  expect(received.has('order', 'orders|1', 7)).toBe(false)
  expect(received.has('click', 'orders|0', 7)).toBe(false)
})

test('what a pipeline made has no place in a source, and is not known', () => {
  const received = noted()
  received.note('slice 1', 'score', 'fraud-scores|0', -1)
  expect(received.has('score', 'fraud-scores|0', -1)).toBe(false)
})

test('it is saved as it changes, and whole in a snapshot', () => {
  const received = noted()
  expect([...received.commit()]).toHaveLength(2)
  received.note('slice 1', 'order', 'orders|0', 9)
  received.settle('slice 1')
  expect([...received.commit()].map(({ value }) => `${value}`)).toEqual(['9'])
  const again = new Received()
  for (const { key, value } of received.snapshot()) again.load(key.slice(2), value!)
  expect(again.has('order', 'orders|0', 9)).toBe(true)
  expect(again.has('order', 'orders|1', 4)).toBe(false)
})

test('what is repeated of long ago does not make what came after it new', () => {
  const received = noted()
  received.note('slice 1', 'order', 'orders|0', 2)
  received.settle('slice 1')
  expect(received.has('order', 'orders|0', 7)).toBe(true)
})

test('a record may be in several parcels of one commit: it is known behind the last of them', () => {
  const received = noted()
  received.note('slice 1', 'order', 'orders|0', 8)
  expect(received.has('order', 'orders|0', 8)).toBe(false)
  received.settle('slice 2')
  expect(received.has('order', 'orders|0', 8)).toBe(false)
  received.settle('slice 1')
  expect(received.has('order', 'orders|0', 8)).toBe(true)
})
