import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Append, LogRecord } from '../log.ts'
import { recordBytes } from '../record-rules.ts'
import { BATCH_BYTES_MAX, roundsOf } from './produce-rounds.ts'

const recordOf = (kilobytes: number, name: number): LogRecord => ({
  key: Buffer.from(`${name}`),
  value: Buffer.alloc(Math.max(1, kilobytes * 1024)),
})

const appendsOf = (drawn: readonly { partition: number; sizes: readonly number[] }[]): Append[] => {
  let name = 0
  return drawn.map(({ partition, sizes }) => ({
    topic: 't',
    partition,
    records: sizes.map(size => recordOf(size, name++)),
  }))
}

const drawn = fc.array(
  fc.record({ partition: fc.nat(2), sizes: fc.array(fc.nat(700), { maxLength: 6 }) }),
  { maxLength: 6 },
)

test('the order within a partition is that of the appends, in batches that a broker takes', () => {
  const property = fc.property(drawn.map(appendsOf), appends => {
    const rounds = roundsOf(appends)
    for (let partition = 0; partition < 3; partition++) {
      const wanted = appends.filter(append => append.partition === partition)
      const parts = rounds.map(round => round.filter(part => part.partition === partition))
      expect(parts.flat().flatMap(({ records }) => records)).toEqual(
        wanted.flatMap(({ records }) => [...records]),
      )
      for (const batch of parts.map(some => some.flatMap(({ records }) => records))) {
        const bytes = batch.reduce((sum, record) => sum + recordBytes(record), 0)
        expect(batch.length <= 1 || bytes <= BATCH_BYTES_MAX).toBe(true)
      }
    }
    for (const round of rounds) expect(round.length).toBeGreaterThan(0)
  })
  fc.assert(property, { numRuns: 60 })
})

test('small appends to many partitions are one request', () => {
  const appends = Array.from({ length: 50 }, (_, partition) => ({
    topic: 't',
    partition,
    records: [recordOf(1, partition)],
  }))
  expect(roundsOf(appends)).toHaveLength(1)
})
