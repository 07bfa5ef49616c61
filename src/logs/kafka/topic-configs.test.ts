import fc from 'fast-check'
import { expect, test } from 'vitest'
import { configsOf, settingsOf } from './topic-configs.ts'

const limit = fc.option(fc.integer({ min: 1, max: 2 ** 40 }))
const settings = fc.record({
  partitions: fc.integer({ min: 1, max: 100 }),
  compacted: fc.boolean(),
  retentionMs: limit,
  retentionBytes: limit,
})

test('the settings of a topic come back from what it is created with', () => {
  fc.assert(
    fc.property(settings, asked => {
      const configs = new Map(configsOf(asked).map(({ name, value }) => [name, value]))
      expect(settingsOf(asked.partitions, configs)).toEqual(asked)
    }),
  )
})

test('a compacted topic that others made without a limit keeps all keys', () => {
  const configs = new Map([
    ['cleanup.policy', 'compact'],
    ['retention.ms', '604800000'],
  ])
  const { retentionMs } = settingsOf(3, configs)
  expect(retentionMs).toBeNull()
})
