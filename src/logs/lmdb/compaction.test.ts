import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { append, newTopic, readAll, record } from '../conformance/fixture.ts'
import { openLmdbLog } from '../lmdb-log.ts'
import type { Log, StoredRecord } from '../log.ts'

const HOUR_MS = 3_600_000

let directory = ''
let now = 0
let log: Log
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'millrace-compaction-'))
  now = Date.UTC(2026, 0, 1)
  log = await openLmdbLog(directory, {
    wallNow: () => now,
    durability: 'none',
    compactAtRatio: 0,
    tombstoneRetentionMs: 24 * HOUR_MS,
  })
})
afterEach(async () => {
  await log.close()
  rmSync(directory, { recursive: true, force: true })
})

/** What must stay, by a plain reading of the promise. */
const survivors = (records: readonly StoredRecord[]): StoredRecord[] =>
  records.filter(
    (one, i) =>
      !records.slice(i + 1).some(later => later.key!.equals(one.key!)) &&
      (one.value !== null || one.timestampMs >= now - 24 * HOUR_MS),
  )

const batch = fc.array(fc.tuple(fc.nat(5), fc.option(fc.nat(99))), { minLength: 1, maxLength: 8 })
const steps = fc.oneof(
  { weight: 5, arbitrary: batch },
  { weight: 2, arbitrary: fc.constant('clean' as const) },
  { weight: 1, arbitrary: fc.constant('wait' as const) },
)

test('compaction leaves exactly the last record of each key, and no old tombstone', async () => {
  const run = async (
    script: readonly (typeof steps extends fc.Arbitrary<infer T> ? T : never)[],
  ) => {
    const topic = await newTopic(log, { compacted: true })
    const at = { topic, partition: 0 }
    for (const step of script) {
      if (step === 'wait') now += 13 * HOUR_MS
      else if (step === 'clean') await log.clean()
      else
        await append(
          log,
          at,
          step.map(([key, value]) => record(`k${key}`, text(value))),
        )
    }
    // One more record makes the partition dirty, so that tombstones which grew old go as well.
    await append(log, at, [record('last', 'one')])
    const before = await readAll(log, at)
    await log.clean()
    expect(await readAll(log, at)).toEqual(survivors(before))
  }
  await fc.assert(fc.asyncProperty(fc.array(steps, { maxLength: 20 }), run), { numRuns: 60 })
})

const text = (value: number | null): string | null => (value === null ? null : `${value}`)

test('what is dropped gives its room back', async () => {
  const topic = await newTopic(log, { compacted: true })
  const at = { topic, partition: 0 }
  for (let i = 0; i < 300; i++) {
    await append(log, at, [record('one key', `${i}`.padEnd(1_000)), record(`${i % 3}`, 'x')])
  }
  await log.clean()
  const left = await readAll(log, at)
  expect(left.map(({ offset }) => offset)).toEqual([595, 597, 598, 599])
})
