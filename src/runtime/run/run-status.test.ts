import { expect, test } from 'vitest'
import { healthOf, type RunStatus } from './run-status.ts'

const IDLE: RunStatus = {
  phase: 'running',
  application: 'shop',
  process: 0,
  instance: '0123456789ab',
  slices: [0, 1],
  isRestored: true,
  records: 0,
  recordsPerSecond: 0,
  commits: 0,
  lagRecords: 0,
  exchange: { parcelsPerSecond: 39, lagParcels: 12 },
  log: null,
  hottestKeys: [],
  retrying: [],
  tables: null,
}

test('a process that has nothing to do is ready', () => {
  expect(healthOf(IDLE, null)).toEqual({ live: true, ready: true, reasons: [] })
})

test('a process that does not hear from its log is not ready, says why, and lives', () => {
  const log = 'LOG_UNAVAILABLE: Kafka at here:9092 has not answered a question for 7 s.'
  const health = healthOf({ ...IDLE, lagRecords: null, log }, null)
  expect(health).toEqual({ live: true, ready: false, reasons: [log] })
})
