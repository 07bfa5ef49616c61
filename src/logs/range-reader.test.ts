import { expect, test } from 'vitest'
import { KEPT_WHOLE } from './log.ts'
import { memoryLog } from './memory-log.ts'
import { RangeReader } from './range-reader.ts'

const at = { topic: 'orders', partition: 0 }
const recordAt = (offset: number) => ({ key: Buffer.from('k'), value: Buffer.from(`${offset}`) })

const logOf = async (count: number) => {
  const log = memoryLog({ wallNow: () => 0 })
  await log.createTopic(at.topic, KEPT_WHOLE)
  const records = Array.from({ length: count }, (_, offset) => recordAt(offset))
  await log.commit({ appends: [{ ...at, records }] })
  return log
}

const rangeOf = (first: number, last: number, count = last - first + 1) => ({
  ...at,
  first,
  last,
  count,
})

test('ranges that follow one another, overlap a read, or begin anew are read as they are named', async () => {
  const reader = new RangeReader(await logOf(5_000))
  for (const [first, last] of [
    [0, 2],
    [3, 3],
    [4, 2_500],
    [2_501, 4_999],
    [10, 12],
    [1_000, 1_001],
  ] as const) {
    const offsets = (await reader.recordsIn(rangeOf(first, last))).map(({ offset }) => offset)
    expect(offsets).toEqual(Array.from({ length: last - first + 1 }, (_, index) => first + index))
  }
})

test('a range of which some are gone is missing, by name', async () => {
  const log = await logOf(10)
  await log.trim(at, 4)
  const reading = new RangeReader(log).recordsIn(rangeOf(2, 6))
  await expect(reading).rejects.toMatchObject({
    code: 'INPUT_MISSING',
    message: expect.stringContaining('5 records of orders-0 from 2 to 6'),
  })
  const beyond = new RangeReader(log).recordsIn(rangeOf(8, 12))
  await expect(beyond).rejects.toMatchObject({ code: 'INPUT_MISSING' })
})
