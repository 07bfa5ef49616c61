import { expect, test } from 'vitest'
import { faultOf } from './faults.ts'

const CONNECTION = { brokers: ['here:9092'] }

const faultOfCode = (code: number, message: string) => {
  const error = Object.assign(new Error(message), { code, errno: code, origin: 'kafka' })
  return faultOf(CONNECTION, 'a commit', error)
}

test('brokers that answered are not said to be silent, also where the client wraps what they said', () => {
  const said =
    'Failed to end transaction: Broker: Producer attempted a transactional operation in an invalid state'
  for (const code of [48, -150]) {
    const { code: ours, message } = faultOfCode(code, said)
    expect(ours).toBe('LOG_UNAVAILABLE')
    expect(message).toContain(`Kafka at here:9092 answers, and cannot do what is asked: a commit (`)
    expect(message).not.toContain('does not answer')
  }
})

test('brokers that did not answer are said to be silent', () => {
  for (const [code, text] of [
    [-185, 'Local: Timed out'],
    [-195, 'Local: Broker transport failure'],
    [-187, 'Local: All broker connections are down'],
  ] as const) {
    expect(faultOfCode(code, text)).toMatchObject({
      code: 'LOG_UNAVAILABLE',
      message: expect.stringContaining('Kafka at here:9092 does not answer'),
    })
  }
})
