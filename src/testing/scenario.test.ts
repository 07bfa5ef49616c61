import { expect, test } from 'vitest'
import { days, hours, minutes } from '../engine/time.ts'
import { type LifecycleSegment, orders } from '../events.ts'
import { instantIn, spanIn } from './instant-in.ts'
import { counting, order } from './sample-pipelines.ts'
import { scenario } from './scenario.ts'
import { send } from './script.ts'

const check = scenario(counting, {
  events: { order: (at, id, userId) => send(orders, order(id!, at, userId!, { orderId: id! })) },
  show: (result: LifecycleSegment) => `${result.subjectId} ${result.frequency}`,
})

test('a table holds, with results under the rows that caused them', () => {
  check(`
    0      order a ann
    +1s    order b ann
    +1m    order c bob      # takes the watermark beyond the two of ann
    => ann 11
    => ann 22
    tick 3h
    => bob 11
    => ann -2
    => bob -1
    drain                  # all is forgotten, and nobody told
  `)
})

test('a table that does not hold fails with the whole table, as it is', () => {
  const wrong = (): void =>
    check(`
      0     order a ann
      tick  1h
      => ann 12
      1d    order b bob
      => bob 11
      +5s   order bad bob
    `)
  expect(wrong).toThrowErrorMatchingInlineSnapshot(`
    [Error: the table does not hold; this is what came out:

        0     order a ann
        tick  1h
        => ann 11
        #  expected: ann 12
        1d    order b bob
        => ann -1
        #  expected: bob 11
        +5s   order bad bob
    ]
  `)
})

test('late and unreadable records stand in the table like results', () => {
  check(`
    1d     order a ann
    0      order b ann
    => LATE by 86394999 ms
    30h    order c bob
    => ann 11
    => ann -1
    +1h    order bad ann
    => bob 11
    drain
    => DEAD HANDLER_FAILED a bad order
    => bob -1
  `)
})

test('a row that cannot be read says what could stand there', () => {
  expect(() => check('0 ordre a ann')).toThrow('no event called ordre; there is order')
  expect(() => check('soon order a ann')).toThrow('a moment is 0, 90s or 1d2h')
  expect(() => check('=> ann 1')).toThrow('before the first event')
})

test('moments are spans from the beginning, or from the row before', () => {
  expect(spanIn('1d2h')).toBe(days(1) + hours(2))
  expect(spanIn('250ms')).toBe(250)
  expect(spanIn('1.5h')).toBe(minutes(90))
  expect(spanIn('five')).toBeNull()
  expect(instantIn('+5m', 7, 100)).toBe(100 + minutes(5))
  expect(instantIn('5m', 7, 100)).toBe(7 + minutes(5))
})
