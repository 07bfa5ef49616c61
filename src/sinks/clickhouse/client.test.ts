import { expect, test } from 'vitest'
import { addressOf } from './client.ts'

test('an address names server, user, password and database', () => {
  expect(addressOf('https://ann:p%40s%2Fs%25@host:8443/shop')).toEqual({
    url: 'https://host:8443',
    username: 'ann',
    password: 'p@s/s%',
    database: 'shop',
  })
  expect(addressOf('http://host')).toMatchObject({ username: 'default', database: 'millrace' })
})

test.each([
  'http://ann:secret%@host',
  'http://ann:sec/secret@host',
  'clickhouse://ann:sec@secret@host',
  'tcp://ann:secret@host',
])('%s is refused, and the password is not repeated', text => {
  const refuse = () => addressOf(text)
  expect(refuse).toThrow('is no address of a ClickHouse server')
  expect(refuse).not.toThrow('sec')
})
