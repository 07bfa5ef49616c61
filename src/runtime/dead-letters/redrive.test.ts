import { describe, expect, test } from 'vitest'
import { partitionOf } from '../../engine/hash.ts'
import { codecsOf } from '../../engine/schema/codecs.ts'
import { hours } from '../../engine/time.ts'
import { fraudScores, orders } from '../../events.ts'
import { memoryLog } from '../../logs/memory-log.ts'
import { harness } from '../../testing/harness.ts'
import { order, scattering } from '../../testing/sample-pipelines.ts'
import { type RedrivenRecord, redrive } from './redrive.ts'
import { redriveToLog } from './redrive-to-log.ts'

const letterOf = (number: number, fields: object) => ({
  number,
  letter: {
    topic: 'orders',
    partition: 0,
    offset: number,
    stage: 'HANDLE' as const,
    pipelineId: 'following',
    key: null,
    schemaId: null,
    errorCode: 'HANDLER_FAILED',
    error: 'no',
    payload: Buffer.from(JSON.stringify(order(`e${number}`, number, 'ann'))),
    headers: {},
    ...fields,
  } as never,
})

/** A score as a pipeline of the same run hands it on. */
const scored = (): Buffer => {
  const mill = harness([scattering])
  mill.send(orders, order('a', 1, 'ann') as never)
  mill.finish()
  return codecsOf(fraudScores).encodeAvro(mill.resultsOf(fraudScores)[0] as never)
}

test('timers and results handed over within the run stay, each with its reason', async () => {
  const handedOver = { topic: 'fraud-scores', offset: -1, payload: scored() }
  const timer = { topic: 'following-timers', offset: -1, stage: 'TIMER', payload: Buffer.alloc(0) }
  const letters = [
    letterOf(1, handedOver),
    letterOf(2, handedOver),
    letterOf(3, timer),
    letterOf(4, timer),
    letterOf(5, {}),
  ]
  const written: RedrivenRecord[] = []
  const to = {
    redriven: new Set(['fraud-scores|0|-1']),
    write: async (records: readonly RedrivenRecord[]) => void written.push(...records),
    close: async () => {},
  }
  const report = await redrive({ letters, to, again: false, mended: null, now: 1_000 })
  expect(written.map(({ numbers }) => numbers)).toEqual([[5]])
  expect(report.alreadyThere).toEqual([])
  expect(report.refused.map(({ number }) => number)).toEqual([1, 2, 3, 4])
  expect(report.refused[0]!.why).toContain('handed over on fraud-scores')
  expect(report.refused[3]!.why).toContain('about a timer')
})

test('what is still too far ahead is held back, with when it can be put back', async () => {
  const noon = Date.UTC(2025, 0, 6, 12)
  const payload = Buffer.from(JSON.stringify(order('early', noon + 1, 'ann')))
  const letters = [letterOf(1, { stage: 'VALIDATE', errorCode: 'FUTURE_EVENT', payload })]
  const written: RedrivenRecord[] = []
  const to = {
    redriven: new Set<string>(),
    write: async (records: readonly RedrivenRecord[]) => void written.push(...records),
    close: async () => {},
  }
  const options = { letters, to, again: false, mended: null }
  const held = await redrive({ ...options, now: noon - hours(1) })
  expect(held.refused).toMatchObject([{ number: 1 }])
  expect(held.refused[0]!.why).toMatch(
    /fail again: occurredAt is 2025-01-06T12:00:00Z, more than 1h .* back from 2025-01-06T11:00:01Z on\./,
  )
  expect(written).toEqual([])
  const later = await redrive({ ...options, now: noon + 1 - hours(1) })
  expect(later.refused).toEqual([])
  expect(written).toHaveLength(1)
  const mended = Buffer.from(JSON.stringify(order('early', noon + hours(9), 'ann')))
  const edited = await redrive({ ...options, mended, now: noon })
  expect(edited.refused[0]!.why).toContain('would fail again')
})

describe('a mended record in a log', () => {
  const PARTITIONS = 16
  const UNREADABLE = '{"orderId":"first","totalMinor":'

  /** Where the mended record lies, after a failed one that its producer had sent to partition 3. */
  const putBack = async (failed: string, mended: string, key: string | null) => {
    const log = memoryLog({ wallNow: () => 0 })
    const settings = { compacted: false, retentionMs: null, retentionBytes: null }
    await log.createTopic('orders', { partitions: PARTITIONS, ...settings })
    const keyed = key === null ? null : Buffer.from(key)
    const records = [{ key: keyed, value: Buffer.from(failed) }]
    await log.commit({ appends: [{ topic: 'orders', partition: 3, records }] })
    const letter = { partition: 3, offset: 0, payload: Buffer.from(failed), stage: 'DECODE' }
    const to = await redriveToLog(log, { isItsOwn: true, formatOf: () => 'json' })
    const edit = Buffer.from(mended)
    const letters = [letterOf(0, letter)]
    const report = await redrive({ letters, to, again: false, mended: edit, now: 1_000 })
    expect(report.refused).toEqual([])
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const from = partition === 3 ? 1 : 0
      const at = { topic: 'orders', partition }
      const { records } = await log.read(at, from, { recordsMax: 9, bytesMax: 1 << 20 })
      if (records.length > 0) return { partition, key: records[0]!.key?.toString() ?? null }
    }
    return null
  }

  const json = (orderId: string, more: object = {}): string =>
    JSON.stringify({ ...order('e', 1, 'ann'), orderId, ...more })

  const places: readonly (readonly [string, string, string | null, string | null, number])[] = [
    // What failed; what its order is called then; key before and after; partition after.
    [json('first', { totalMinor: '12x' }), 'first', 'first', 'first', 3],
    [json('first', { totalMinor: '12x' }), 'other', 'first', 'other', partitionOf('other', 16)],
    [json('first'), 'other', 'first', 'other', partitionOf('other', 16)],
    [json('first'), 'other', null, 'other', partitionOf('other', 16)],
    [json('first', { totalMinor: '12x' }), 'first', 'of its producer', 'of its producer', 3],
    [json('first', { totalMinor: '12x' }), 'first', null, null, 3],
    [UNREADABLE, 'other', 'of its producer', 'of its producer', 3],
  ]

  for (const [failed, orderId, before, key, partition] of places) {
    test(`under ${before} and now called ${orderId}, lies under ${key}, after ${failed.slice(-30)}`, async () => {
      expect(await putBack(failed, json(orderId), before)).toEqual({ partition, key })
    })
  }
})
