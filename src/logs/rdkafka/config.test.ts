import { expect, test } from 'vitest'
import { kafkajsConfigOf } from '../kafka/kafkajs-config.ts'
import { checkCompression, rdkafkaConfigOf } from './config.ts'

const brokers = ['one:9092', 'two:9092']

test('a plain connection names its brokers, and neither TLS nor a login', () => {
  const config = rdkafkaConfigOf({ brokers })
  expect(config).toMatchObject({
    'metadata.broker.list': 'one:9092,two:9092',
    'security.protocol': 'plaintext',
  })
  expect(Object.keys(config).filter(name => /ssl|sasl/.test(name))).toEqual([])
  expect(kafkajsConfigOf({ brokers })).not.toHaveProperty('ssl')
})

test('TLS and SASL mean the same to both clients', () => {
  const connection = {
    brokers,
    tls: { ca: 'CA', cert: 'CERT', key: 'KEY', passphrase: 'P', rejectUnauthorized: false },
    sasl: { mechanism: 'SCRAM-SHA-512', username: 'mill', password: 'secret' },
  } as const
  expect(rdkafkaConfigOf(connection)).toMatchObject({
    'security.protocol': 'sasl_ssl',
    'ssl.ca.pem': 'CA',
    'ssl.certificate.pem': 'CERT',
    'ssl.key.pem': 'KEY',
    'ssl.key.password': 'P',
    'enable.ssl.certificate.verification': false,
    'sasl.mechanisms': 'SCRAM-SHA-512',
    'sasl.username': 'mill',
    'sasl.password': 'secret',
  })
  expect(kafkajsConfigOf(connection)).toMatchObject({
    ssl: connection.tls,
    sasl: { mechanism: 'scram-sha-512', username: 'mill', password: 'secret' },
  })
})

test('a login without TLS, and TLS without a login', () => {
  const sasl = { mechanism: 'PLAIN', username: 'mill', password: 'secret' } as const
  expect(rdkafkaConfigOf({ brokers, sasl })['security.protocol']).toBe('sasl_plaintext')
  expect(rdkafkaConfigOf({ brokers, tls: true })['security.protocol']).toBe('ssl')
  expect(kafkajsConfigOf({ brokers, tls: true }).ssl).toBe(true)
})

test('a compression that the client was built without is refused by name', () => {
  expect(() => checkCompression(['lz4', 'gzip'], 'zstd')).toThrow(/zstd.*lz4/s)
  expect(() => checkCompression([], 'none')).not.toThrow()
  expect(() => checkCompression(['lz4'], 'lz4')).not.toThrow()
})
