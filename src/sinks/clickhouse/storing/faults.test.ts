import { ClickHouseError } from '@clickhouse/client'
import { expect, test } from 'vitest'
import { MillraceError } from '../../../engine/errors.ts'
import { type Remedy, remedyOf, stopping, troubleText } from './faults.ts'

const refusal = (code: number, message = 'what happened') =>
  new ClickHouseError({ code: `${code}`, message, type: 'CODE_NAME' })

const errno = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

test.each<[string, unknown, Remedy]>([
  ['a server that is not there', errno('ECONNREFUSED'), 'retry'],
  ['a connection that broke off', errno('ECONNRESET'), 'retry'],
  ['an answer that did not come in time', new Error('Timeout error.'), 'retry'],
  ['a proxy that answers for the server', new Error('<html>502 Bad Gateway</html>'), 'retry'],
  ['too many queries', refusal(202), 'retry'],
  ['a full memory', refusal(241), 'retry'],
  ['a full disk', refusal(243), 'retry'],
  ['too many parts', refusal(252), 'retry'],
  ['a status that nobody knows', refusal(319), 'retry'],
  ['a keeper that is away', refusal(999), 'retry'],
  ['a value that cannot be read', refusal(27), 'row'],
  ['a row that ends too early', refusal(33), 'row'],
  ['a type that does not fit', refusal(53), 'row'],
  ['a value out of range', refusal(321), 'row'],
  ['a constraint of the table', refusal(469), 'row'],
  ['a view that cannot read a value', refusal(6, 'of mill.v: while pushing to view v'), 'stop'],
  ['a table that is not there', refusal(60), 'stop'],
  ['a column that is not there', refusal(16), 'stop'],
  ['a setting that is not known', refusal(115), 'stop'],
  ['a user that may only read', refusal(164), 'stop'],
  ['a wrong password', refusal(516), 'stop'],
  ['a code that nobody sorted', refusal(12_345), 'stop'],
  ['a bug of ours', new TypeError('x is not a function'), 'stop'],
  ['an error that says it passes', new MillraceError('CLICKHOUSE_UNAVAILABLE', 'wait'), 'retry'],
  ['an error that says it does not', new MillraceError('DEDUPLICATION_OFF', 'no window'), 'stop'],
])('%s: the insert is sorted as it should be', (_, error, remedy) => {
  expect(remedyOf(error)).toBe(remedy)
})

test('what stops the sink names table, code and message, and says what to do', () => {
  const { code, message } = stopping('orders', refusal(60)) as MillraceError
  expect(code).toBe('CLICKHOUSE_REFUSED')
  expect(message).toBe(
    'ClickHouse refused rows for table orders: Code 60 CODE_NAME: what happened ' +
      'Run `millrace migrate`, and start again: no row is lost.',
  )
  const bug = new TypeError('x is not a function')
  expect(stopping('orders', bug)).toBe(bug)
})

test('a full disk is called one', () => {
  expect(troubleText(refusal(243))).toContain('The disk of ClickHouse is full')
})
