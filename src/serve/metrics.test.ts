import { readFile } from 'node:fs/promises'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { breachesIn, type Family, familiesIn } from './conformance/exposition.ts'
import { type Metrics, newMetrics } from './metrics.ts'
import { TIME_BUCKETS_SECONDS } from './topic-times.ts'

const PAGE = new URL('../../docs/metrics.md', import.meta.url)

/** Every metric with something in it. */
const used = (): Metrics => {
  const metrics = newMetrics()
  metrics.took('orders', 12)
  metrics.committed(0.004, 12)
  metrics.emitted('fraud-scores', 3)
  metrics.late('lifecycle-segments', 2)
  metrics.deadLetters('DECODE', 1)
  metrics.duplicates('fraud-scores', 4)
  metrics.learnt('populations', 'refused')
  metrics.resultFreshness('fraud-scores', 0.02)
  metrics.tableFreshness('orders', 1.5, 1000)
  metrics.inserted('orders', 1000, 80_000, 0.03)
  metrics.sinkLag('orders', 0, 17)
  metrics.sinkRetrying('orders', true)
  metrics.insertRetried('orders')
  metrics.sinkPaused('orders', 2)
  metrics.stateBytes('fraud-scores', 4096)
  metrics.keys('fraud-scores', 9)
  metrics.watermarkLag('fraud-scores', 5)
  metrics.clickHouseRestarts(1)
  metrics.sourceLags([{ topic: 'orders', partition: 3, records: 40, seconds: 1.5 }])
  metrics.exchanged(7)
  metrics.exchangeLag(3)
  metrics.handled(0.00002)
  metrics.slices(2)
  metrics.hottestKeys(new Map([['fraud-scores', 0.25]]))
  metrics.rebalanced('assigned')
  metrics.sinkRebalanced('revoked', 3)
  metrics.restored(1)
  metrics.retried('LOG_FENCED')
  metrics.logConnected(true)
  metrics.sinkConnected(true)
  return metrics
}

const familiesOf = async ({ registry }: Metrics): Promise<readonly Family[]> =>
  familiesIn(await registry.metrics())

const valuesOf = async (metrics: Metrics, name: string): Promise<Record<string, number>> => {
  const samples = (await familiesOf(metrics)).flatMap(family => family.samples)
  const wanted = samples.filter(sample => sample.name === name)
  return Object.fromEntries(
    wanted.map(({ labels, value }) => [Object.values(labels).join(' '), value]),
  )
}

describe('the metrics', () => {
  test('are given out as Prometheus reads them, before and after anything happened', async () => {
    expect(breachesIn(await familiesOf(newMetrics()))).toEqual([])
    expect(breachesIn(await familiesOf(used()))).toEqual([])
  })

  test('say what they were told, by topic, pipeline and stage', async () => {
    const metrics = used()
    metrics.took('orders', 8)
    metrics.took('clickstream', 1)
    metrics.sinkRetrying('orders', false)
    expect(await valuesOf(metrics, 'millrace_records_taken_total')).toEqual({
      orders: 20,
      clickstream: 1,
    })
    expect(await valuesOf(metrics, 'millrace_dead_letters_total')).toEqual({ DECODE: 1 })
    expect(await valuesOf(metrics, 'millrace_sink_lag_records')).toEqual({ 'orders 0': 17 })
    expect(await valuesOf(metrics, 'millrace_sink_retrying')).toEqual({ orders: 0 })
    expect(await valuesOf(metrics, 'millrace_table_bytes_total')).toEqual({ orders: 80_000 })
    expect(await valuesOf(metrics, 'millrace_sink_rebalances_total')).toEqual({ revoked: 3 })
    expect(await valuesOf(metrics, 'millrace_clickhouse_restarts_total')).toEqual({ '': 1 })
  })

  test('forget the lag of partitions that another process has', async () => {
    const metrics = used()
    metrics.sourceLags([{ topic: 'orders', partition: 4, records: 7, seconds: null }])
    expect(await valuesOf(metrics, 'millrace_source_lag_records')).toEqual({ 'orders 4': 7 })
    expect(await valuesOf(metrics, 'millrace_source_lag_seconds')).toEqual({})
  })

  test('forget state and tables that another process has', async () => {
    const metrics = used()
    metrics.forgetState()
    metrics.hottestKeys(new Map())
    for (const name of ['state_bytes', 'keys', 'watermark_lag_seconds', 'hottest_key_ratio']) {
      expect(await valuesOf(metrics, `millrace_${name}`), name).toEqual({})
    }
    expect(await valuesOf(metrics, 'millrace_sink_lag_records')).not.toEqual({})
    metrics.forgetSink()
    for (const name of ['sink_lag_records', 'sink_retrying', 'sink_paused_partitions']) {
      expect(await valuesOf(metrics, `millrace_${name}`), name).toEqual({})
    }
  })

  test('are named by one rule: what, its unit where it has one, and total where it only grows', async () => {
    const own = (await familiesOf(used())).filter(({ name }) => name.startsWith('millrace_'))
    for (const { name, type } of own) {
      expect(name).toMatch(/^millrace(_[a-z]+)+$/)
      expect(name.endsWith('_total'), name).toBe(type === 'counter')
      if (type === 'histogram') expect(name).toMatch(/_seconds$/)
      expect(name).not.toMatch(/_(ms|milliseconds|micros|kb|mb|percent)(_|$)/)
    }
  })

  test('know of the process, too', async () => {
    expect((await familiesOf(newMetrics())).map(({ name }) => name)).toContain(
      'process_resident_memory_bytes',
    )
  })

  test('of two runs in one process do not mix', async () => {
    used()
    expect(await valuesOf(newMetrics(), 'millrace_records_taken_total')).toEqual({})
  })

  test('are those that the manual lists', async () => {
    const page = await readFile(PAGE, 'utf8')
    const listed = page
      .split('\n')
      .filter(line => line.startsWith('| `millrace_'))
      .map(line => line.replace(/ +/g, ' '))
    const own = (await familiesOf(used())).filter(({ name }) => name.startsWith('millrace_'))
    expect(listed).toEqual(own.map(rowOf))
  })
})

const rowOf = ({ name, type, samples, help }: Family): string => {
  const { le: _, ...labels } = samples[0]!.labels
  const labelNames = Object.keys(labels).map(label => `\`${label}\``)
  return `| \`${name}\` | ${type} | ${labelNames.join(', ')} | ${help} |`.replace(/ +/g, ' ')
}

describe('freshness', () => {
  const observation = fc.record({
    seconds: fc.oneof(
      fc.constantFrom(...TIME_BUCKETS_SECONDS),
      fc.double({ min: -1, max: 100, noNaN: true }),
    ),
    rows: fc.integer({ min: 1, max: 100_000 }),
  })

  test('counts each row in every bucket that it fits in, however many came at once', () =>
    fc.assert(
      fc.asyncProperty(fc.array(observation, { minLength: 1, maxLength: 20 }), async all => {
        const metrics = newMetrics()
        for (const { seconds, rows } of all) metrics.tableFreshness('orders', seconds, rows)
        const buckets = await valuesOf(metrics, 'millrace_table_freshness_seconds_bucket')
        for (const bound of TIME_BUCKETS_SECONDS) {
          const within = all.filter(({ seconds }) => seconds <= bound)
          expect(buckets[`${bound} orders`]).toBe(within.reduce((sum, { rows }) => sum + rows, 0))
        }
        expect(breachesIn(await familiesOf(metrics))).toEqual([])
      }),
      { numRuns: 30 },
    ))
})

describe('the reader of what is given out', () => {
  const broken = (text: string) => () => breachesIn(familiesIn(text))

  test('takes a well-formed text', () => {
    const text = '# HELP a_total How many.\n# TYPE a_total counter\na_total{b="c\\"d"} 1e+3\n'
    expect(broken(text)()).toEqual([])
    expect(familiesIn(text)[0]?.samples[0]).toEqual({
      name: 'a_total',
      labels: { b: 'c\\"d' },
      value: 1000,
    })
  })

  test('refuses what a scraper would', () => {
    expect(broken('# TYPE a_total counter\na_total 1\n')).toThrow('no help')
    expect(broken('# HELP a A.\n# TYPE a gauge\nb 1\n')).toThrow('belongs to no metric')
    expect(broken('# HELP a A.\n# TYPE a gauge\na{b="c} 1\n')).toThrow('cannot be read')
    expect(broken('# HELP a A.\n# TYPE a gauge\na 1')).toThrow('has no end')
  })

  test('finds names, buckets and series that break the rules', () => {
    expect(broken('# HELP a A.\n# TYPE a counter\na 1\n')()).toHaveLength(1)
    expect(broken('# HELP a_ms A.\n# TYPE a_ms gauge\na_ms 1\n')()).toHaveLength(1)
    expect(broken('# HELP a A.\n# TYPE a gauge\na 1\na 2\n')()).toHaveLength(1)
    const histogram =
      '# HELP a A.\n# TYPE a histogram\na_bucket{le="1"} 3\na_bucket{le="+Inf"} 2\na_sum 1\na_count 2\n'
    expect(broken(histogram)()).toEqual(['the buckets of a {} do not add up'])
  })
})
