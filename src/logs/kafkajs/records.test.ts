import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type FetchedMessage, recordsOf } from './records.ts'

/** What producers did, in the order of the log. */
const doings = fc.array(
  fc.record({
    producer: fc.nat(2),
    does: fc.constantFrom('write', 'write', 'commit', 'abort', 'write-plain'),
  }),
  { maxLength: 30 },
)

/** The log as a broker has it: markers take an offset, and an end without a transaction is none. */
const logOf = (done: readonly { producer: number; does: string }[]) => {
  const messages: FetchedMessage[] = []
  const abortedTransactions: { producerId: string; firstOffset: string }[] = []
  const visible = new Set<number>()
  const open = new Map<number, number[]>()
  for (const { producer, does } of done) {
    const offset = messages.length
    const written = open.get(producer)
    if (does === 'write-plain') visible.add(offset)
    else if (does === 'write') open.set(producer, [...(written ?? []), offset])
    else {
      if (!written) continue
      open.delete(producer)
      if (does === 'commit') for (const at of written) visible.add(at)
      else abortedTransactions.push({ producerId: `${producer}`, firstOffset: `${written[0]}` })
    }
    messages.push({
      offset: `${offset}`,
      timestamp: '1',
      key: does === 'write' ? Buffer.alloc(4) : Buffer.from('key'),
      value: Buffer.from('v'),
      headers: {},
      isControlRecord: does === 'commit' || does === 'abort',
      batchContext: { producerId: `${producer}`, inTransaction: does !== 'write-plain' },
    })
  }
  // A broker sends no further than the first open transaction.
  const end = Math.min(messages.length, ...[...open.values()].map(([first]) => first!))
  return { messages: messages.slice(0, end), abortedTransactions, visible, end }
}

test('records of aborted transactions and markers are left out, and nothing else is', () => {
  const property = fc.property(doings, fc.nat(5), (done, from) => {
    const { messages, abortedTransactions, visible, end } = logOf(done)
    const fetched = { partition: 0, highWatermark: '99', lastStableOffset: `${end}` }
    const records = recordsOf({ ...fetched, messages, abortedTransactions }, from)
    const wanted = [...visible].filter(offset => offset >= from && offset < end)
    expect(records.map(({ offset }) => offset)).toEqual(wanted.sort((a, b) => a - b))
  })
  fc.assert(property, { numRuns: 500 })
})

test('a header that comes twice counts with its last value', () => {
  const message = {
    offset: '4',
    timestamp: '12',
    key: null,
    value: null,
    headers: { one: Buffer.from('1'), two: [Buffer.from('a'), Buffer.from('b')] },
    batchContext: { producerId: '-1', inTransaction: false },
  }
  const fetched = { partition: 0, highWatermark: '5', lastStableOffset: '5' }
  expect(recordsOf({ ...fetched, messages: [message], abortedTransactions: null }, 0)).toEqual([
    { offset: 4, timestampMs: 12, key: null, value: null, headers: { one: '1', two: 'b' } },
  ])
})
