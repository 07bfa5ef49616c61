/** A table that hangs or fails holds up itself alone, and fills no more memory than it may. */
import { expect, test, vi } from 'vitest'
import { deadLetters } from '../../events.ts'
import type { Log } from '../../logs/log.ts'
import type { Destination, InsertBatch } from '../clickhouse/storing/insert.ts'
import { ClickHouseSink } from '../clickhouse/storing/sink.ts'
import { SMALL } from './crashing-run.ts'
import { expectedOf, rowsIn } from './expected-rows.ts'
import { parcelRecord, parcelTopic } from './sample-topics.ts'
import type { OpenTables, Tested, TestedTables } from './tested-table.ts'

const SLOW = parcelTopic('slow-parcels')
const QUICK = parcelTopic('quick-parcels')
const TOPICS = [SLOW, QUICK, deadLetters]
const BATCH_BYTES_MAX = 1_500
const NO_ROWS: ReadonlySet<string> = new Set()
const KEPT = { partitions: 2, compacted: false, retentionMs: null, retentionBytes: null }

/** Holds the inserts of one table back until it is opened. */
class Gate implements Destination {
  readonly #real: Destination
  readonly #table: string
  #open: () => void = () => {}
  readonly #opened = new Promise<void>(resolve => {
    this.#open = resolve
  })
  waiting = 0

  constructor(real: Destination, table: string) {
    this.#real = real
    this.#table = table
  }

  check(): Promise<void> {
    return this.#real.check()
  }

  open(): void {
    this.#open()
  }

  async insert(batch: InsertBatch): Promise<void> {
    if (batch.table === this.#table) {
      this.waiting++
      await this.#opened
    }
    return this.#real.insert(batch)
  }
}

const fill = async (log: Log, records: number): Promise<void> => {
  for (const topic of [SLOW, QUICK]) {
    await log.createTopic(topic.name, KEPT)
    for (let partition = 0; partition < KEPT.partitions; partition++) {
      const all = Array.from({ length: records }, (_, n) => parcelRecord(topic, n))
      await log.commit({ appends: [{ topic: topic.name, partition, records: all }] })
    }
  }
}

const withTables = async (open: OpenTables, run: (tables: TestedTables) => Promise<void>) => {
  const tables = await open()
  try {
    await tables.prepare(TOPICS)
    await run(tables)
  } finally {
    await tables.close()
  }
}

export const slowTables = ({ openTables, openLog }: Tested): void => {
  test('a table that hangs delays no other, and buffers no more than it may', () =>
    withTables(openTables, async tables => {
      const log = openLog('at-once')
      await fill(log, 400)
      const gate = new Gate(tables.destination, 'slow_parcels')
      let bufferedMax = 0
      const sink: ClickHouseSink = await ClickHouseSink.start({
        log,
        applicationId: 'gated',
        topics: TOPICS,
        destination: gate,
        ...SMALL,
        batch: { ...SMALL.batch, rowsMax: 50, bytesMax: BATCH_BYTES_MAX },
        onStored: () => {
          bufferedMax = Math.max(bufferedMax, sink.bufferedBytes)
        },
      })
      const quick = await expectedOf(log, QUICK, NO_ROWS)
      await vi.waitFor(
        async () => expect(rowsIn(QUICK, await tables.rowsOf(QUICK))).toEqual(quick.rows),
        { timeout: 20_000 },
      )
      expect(rowsIn(SLOW, await tables.rowsOf(SLOW))).toEqual([])
      expect(gate.waiting).toBeGreaterThan(0)
      gate.open()
      await sink.drain()
      const slow = await expectedOf(log, SLOW, NO_ROWS)
      expect(rowsIn(SLOW, await tables.rowsOf(SLOW))).toEqual(slow.rows)
      expect(bufferedMax).toBeGreaterThan(0)
      expect(bufferedMax).toBeLessThanOrEqual(SMALL.bufferedBytesMax + BATCH_BYTES_MAX)
      await sink.stop()
    }))
}
