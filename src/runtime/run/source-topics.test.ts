import { expect, test } from 'vitest'
import { KEPT_WHOLE } from '../../logs/log.ts'
import { readConfig } from '../config/read-config.ts'
import { topicSettingsOf } from './source-topics.ts'

const WEEK_MS = 7 * 86_400_000

const { config } = readConfig(
  'application: shop\nlog: { brokers: [localhost:9092] }\npartitions: 8\ntopics: { partitions: 12 }\n',
  'millrace.yaml',
  {},
)

test.each([
  ['orders', { partitions: 12, compacted: false, retentionMs: WEEK_MS }],
  ['markets', { partitions: 1, compacted: true, retentionMs: null }],
  ['model-parameters', { partitions: 1, compacted: false, retentionMs: null }],
  ['purchase-populations', { partitions: 8, compacted: false, retentionMs: null }],
  ['dead-letters', { partitions: 8, compacted: false, retentionMs: null }],
])('%s is made as the docs say, whoever comes first', (topic, settings) => {
  expect(topicSettingsOf(config, topic)).toEqual({ ...KEPT_WHOLE, ...settings })
})
