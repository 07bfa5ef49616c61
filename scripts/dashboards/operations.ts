/** How a run does: whether it keeps up, how fresh its answers are, and what it sets aside. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { promQl, promQlNow, stat, timeSeries } from './panel.ts'
import { anyLabelOf, prometheusVariable } from './variable.ts'

const OF = 'job=~"$job", instance=~"$instance"'

/** The series of the chosen processes. */
const of = (metric: string): string => `${metric}{${OF}}`
const rateOf = (metric: string): string => `rate(${of(metric)}[$__rate_interval])`

/** So many of all observations of a histogram were at most this. */
const quantile = (q: number, histogram: string, by = ''): string =>
  `histogram_quantile(${q}, sum by (le${by}) (${rateOf(`${histogram}_bucket`)}))`

const overview: DashboardRow = {
  title: 'At a glance',
  panels: [
    stat(
      {
        title: 'Records taken in',
        description: 'Records a second, of all input topics and all processes.',
        width: 4,
        unit: 'cps',
      },
      promQl({ records: `sum(${rateOf('millrace_records_taken_total')})` }),
    ),
    stat(
      {
        title: 'Waiting',
        description:
          'Records that are in the log and not taken in. It should come back to near zero.',
        width: 4,
        unit: 'short',
        steps: [
          [10_000, 'yellow'],
          [100_000, 'red'],
        ],
      },
      promQl({ records: `sum(${of('millrace_source_lag_records')})` }),
    ),
    stat(
      {
        title: 'Result freshness, p99',
        description: 'The slowest hundredth, from an event to the commit of a result it caused.',
        width: 4,
        unit: 's',
        steps: [
          [1, 'yellow'],
          [10, 'red'],
        ],
      },
      promQl({ p99: quantile(0.99, 'millrace_result_freshness_seconds') }),
    ),
    stat(
      {
        title: 'Table freshness, p99',
        description: 'The slowest hundredth, from a record in the log to its row for queries.',
        width: 4,
        unit: 's',
        steps: [
          [5, 'yellow'],
          [30, 'red'],
        ],
      },
      promQl({ p99: quantile(0.99, 'millrace_table_freshness_seconds') }),
    ),
    stat(
      {
        title: 'Dead letters, last hour',
        description:
          'Records that could not be read or handled. `millrace dead-letters` shows them.',
        width: 4,
        unit: 'short',
        decimals: 0,
        steps: [[1, 'red']],
      },
      promQlNow({
        letters: `sum(increase(${of('millrace_dead_letters_total')}[1h])) or vector(0)`,
      }),
    ),
    stat(
      {
        title: 'Slices held',
        description:
          'By all processes together: as many as `partitions` in millrace.yaml says, except for a ' +
          'second or two while they move.',
        width: 4,
        unit: 'short',
      },
      promQl({ slices: `sum(${of('millrace_slices')})` }),
    ),
  ],
}

const lag: DashboardRow = {
  title: 'Lag',
  panels: [
    timeSeries(
      {
        title: 'Waiting, by partition',
        description:
          'Records of a source partition not taken in yet. All grow: too little computing power. One ' +
          'grows: a hot key, or a process that does not get on.',
        width: 8,
        unit: 'short',
        min: 0,
      },
      promQl({
        '{{topic}} {{partition}}': `sum by (topic, partition) (${of('millrace_source_lag_records')})`,
      }),
    ),
    timeSeries(
      {
        title: 'Event-time lag, by topic',
        description:
          'From the newest event taken in to now, of the worst partition. It grows too where nothing ' +
          'happens: read it beside the records that wait.',
        width: 8,
        unit: 's',
        min: 0,
      },
      promQl({ '{{topic}}': `max by (topic) (${of('millrace_source_lag_seconds')})` }),
    ),
    timeSeries(
      {
        title: 'Watermark lag, by pipeline',
        description:
          'How far event time is behind the wall clock, in the slowest slice. Windows and timers wait ' +
          'for it; one partition that stands still holds it back until it is idle.',
        width: 8,
        unit: 's',
        min: 0,
      },
      promQl({ '{{pipeline}}': `max by (pipeline) (${of('millrace_watermark_lag_seconds')})` }),
    ),
  ],
}

const throughput: DashboardRow = {
  title: 'Throughput',
  panels: [
    timeSeries(
      {
        title: 'Records taken in, by topic',
        description: 'A topic at zero has a producer that is down, or nobody reads it.',
        width: 8,
        unit: 'cps',
        min: 0,
      },
      promQl({ '{{topic}}': `sum by (topic) (${rateOf('millrace_records_taken_total')})` }),
    ),
    timeSeries(
      {
        title: 'Results, by topic',
        description: 'Results committed a second.',
        width: 8,
        unit: 'cps',
        min: 0,
      },
      promQl({ '{{topic}}': `sum by (topic) (${rateOf('millrace_results_total')})` }),
    ),
    timeSeries(
      {
        title: 'Computing time of a record',
        description:
          'In all pipelines, mean of a commit, sampled: what a core can do is its inverse.',
        width: 8,
        unit: 's',
        min: 0,
      },
      promQl({
        p50: quantile(0.5, 'millrace_record_handling_seconds'),
        p99: quantile(0.99, 'millrace_record_handling_seconds'),
      }),
    ),
    timeSeries(
      {
        title: 'Commit duration',
        description:
          'From sending a commit to its acknowledgement. Freshness is never better. Slow: the broker, ' +
          'its disks, or the way to it.',
        width: 8,
        unit: 's',
        min: 0,
      },
      promQl({
        p50: quantile(0.5, 'millrace_commit_duration_seconds'),
        p99: quantile(0.99, 'millrace_commit_duration_seconds'),
      }),
    ),
    timeSeries(
      {
        title: 'Records in a commit',
        description: 'Mean size. At `commitRecords` it commits because it is full, not on time.',
        width: 8,
        unit: 'short',
        min: 0,
      },
      promQl({
        records:
          `sum(${rateOf('millrace_committed_records_total')}) / ` +
          `sum(${rateOf('millrace_commit_duration_seconds_count')})`,
      }),
    ),
    timeSeries(
      {
        title: 'Commits',
        description: 'Commits a second, by process. Zero while records wait is a standstill.',
        width: 8,
        unit: 'cps',
        min: 0,
      },
      promQl({
        '{{instance}}': `sum by (instance) (${rateOf('millrace_commit_duration_seconds_count')})`,
      }),
    ),
  ],
}

const freshness: DashboardRow = {
  title: 'Freshness',
  panels: [
    timeSeries(
      {
        title: 'Result freshness, p50',
        description: 'Half of the results came sooner after their event, by result topic.',
        width: 8,
        unit: 's',
        min: 0,
      },
      promQl({ '{{topic}}': quantile(0.5, 'millrace_result_freshness_seconds', ', topic') }),
    ),
    timeSeries(
      {
        title: 'Result freshness, p99',
        description:
          'One result in a hundred came later. Those that time alone causes count from when their ' +
          'timer was due.',
        width: 8,
        unit: 's',
        scale: 'log',
      },
      promQl({ '{{topic}}': quantile(0.99, 'millrace_result_freshness_seconds', ', topic') }),
    ),
    timeSeries(
      {
        title: 'Table freshness, p99',
        description: 'From a record in the log to its row in ClickHouse, by topic.',
        width: 8,
        unit: 's',
        scale: 'log',
      },
      promQl({ '{{topic}}': quantile(0.99, 'millrace_table_freshness_seconds', ', topic') }),
    ),
  ],
}

const setAside: DashboardRow = {
  title: 'Set aside',
  panels: [
    timeSeries(
      {
        title: 'Dead letters, by stage',
        description:
          'DECODE and VALIDATE: a producer writes what its schema does not allow. HANDLE and TIMER: a ' +
          'mistake in a pipeline. SINK: ClickHouse refuses a row.',
        width: 8,
        unit: 'cps',
        min: 0,
      },
      promQl({ '{{stage}}': `sum by (stage) (${rateOf('millrace_dead_letters_total')})` }),
    ),
    timeSeries(
      {
        title: 'Late records, by pipeline',
        description: 'Records a second that came behind the watermark.',
        width: 8,
        unit: 'cps',
        min: 0,
      },
      promQl({ '{{pipeline}}': `sum by (pipeline) (${rateOf('millrace_late_records_total')})` }),
    ),
    timeSeries(
      {
        title: 'Duplicates, by pipeline',
        description:
          'Records a second seen before, and left out. A step: a producer sends all again.',
        width: 8,
        unit: 'cps',
        min: 0,
      },
      promQl({
        '{{pipeline}}': `sum by (pipeline) (${rateOf('millrace_duplicate_records_total')})`,
      }),
    ),
  ],
}

const slices: DashboardRow = {
  title: 'Slices',
  panels: [
    timeSeries(
      {
        title: 'Slices, by process',
        description: 'Evenly shared, or nearly so. A process at zero stands by.',
        width: 6,
        unit: 'short',
        min: 0,
        stepped: true,
      },
      promQl({ '{{instance}}': `sum by (instance) (${of('millrace_slices')})` }),
    ),
    timeSeries(
      {
        title: 'Parcels between slices',
        description:
          'Slices tell one another how far they are once a second at least, also where nothing comes in: ' +
          'this never rests, and is no lag. Where what waits grows, a slice does not get on.',
        width: 18,
        unit: 'short',
        min: 0,
      },
      promQl({
        'taken in, a second': `sum(${rateOf('millrace_exchange_parcels_total')})`,
        waiting: `sum(${of('millrace_exchange_lag_parcels')})`,
      }),
    ),
    timeSeries(
      {
        title: 'Hottest key',
        description:
          "The share of a slice's records that its hottest key has, by pipeline. Near one, the other " +
          'keys of that slice wait behind it, and more processes do not help; `/status` names the key.',
        width: 24,
        unit: 'percentunit',
        min: 0,
      },
      promQl({ '{{pipeline}}': `max by (pipeline) (${of('millrace_hottest_key_ratio')})` }),
    ),
    timeSeries(
      {
        title: 'Rebalances',
        description:
          'How often slices, and partitions of the tables, were given to or taken from a process. Each ' +
          'start and stop brings a few; without any they come from processes that miss their session timeout.',
        width: 6,
        unit: 'short',
        min: 0,
      },
      promQl({
        '{{kind}}': `sum by (kind) (increase(${of('millrace_rebalances_total')}[$__rate_interval]))`,
        '{{kind}}, tables': `sum by (kind) (increase(${of('millrace_sink_rebalances_total')}[$__rate_interval]))`,
      }),
    ),
    timeSeries(
      {
        title: 'State restored',
        description: 'Of a process that takes over slices: 0 when it begins, 1 when all is there.',
        width: 6,
        unit: 'percentunit',
        min: 0,
        max: 1,
        stepped: true,
      },
      promQl({ '{{instance}}': `min by (instance) (${of('millrace_restored_ratio')})` }),
    ),
    timeSeries(
      {
        title: 'Begun anew, by error',
        description:
          'A process that meets an error that may pass begins anew from its last commit. LOG_FENCED ' +
          'once is a rebalance; anything again and again is not.',
        width: 6,
        unit: 'short',
        min: 0,
      },
      promQl({
        '{{code}}': `sum by (code) (increase(${of('millrace_retries_total')}[$__rate_interval]))`,
      }),
    ),
    timeSeries(
      {
        title: 'The log answers',
        description:
          'One while a process gets answers from the log, zero while the brokers are away or it begins; ' +
          '`/readyz` says why.',
        width: 6,
        unit: 'short',
        min: 0,
        stepped: true,
      },
      promQl({ '{{instance}}': `min by (instance) (${of('millrace_log_connected')})` }),
    ),
    timeSeries(
      {
        title: 'Learnt within a day, by finding',
        description:
          'What came of the records that models are fitted to: a version published; refused, as it ' +
          'would be no better than the one in use; or failed, which is to be reported.',
        width: 24,
        unit: 'short',
        min: 0,
      },
      promQl({
        '{{learner}}, {{finding}}': `sum by (learner, finding) (increase(${of('millrace_learner_findings_total')}[1d]))`,
      }),
    ),
  ],
}

const tables: DashboardRow = {
  title: 'Tables',
  panels: [
    timeSeries(
      {
        title: 'Rows, by topic',
        description: 'Rows a second that ClickHouse acknowledged.',
        width: 6,
        unit: 'cps',
        min: 0,
      },
      promQl({ '{{topic}}': `sum by (topic) (${rateOf('millrace_table_rows_total')})` }),
    ),
    timeSeries(
      {
        title: 'Bytes',
        description: 'Bytes a second of those rows, as they were sent.',
        width: 6,
        unit: 'Bps',
        min: 0,
      },
      promQl({ bytes: `sum(${rateOf('millrace_table_bytes_total')})` }),
    ),
    timeSeries(
      {
        title: 'Rows behind, by topic',
        description: 'Records of the log that are not in their table yet.',
        width: 6,
        unit: 'short',
        min: 0,
      },
      promQl({ '{{topic}}': `sum by (topic) (${of('millrace_sink_lag_records')})` }),
    ),
    timeSeries(
      {
        title: 'Insert duration',
        description: 'How long ClickHouse takes to acknowledge an insert.',
        width: 6,
        unit: 's',
        min: 0,
      },
      promQl({
        p50: quantile(0.5, 'millrace_insert_duration_seconds'),
        p99: quantile(0.99, 'millrace_insert_duration_seconds'),
      }),
    ),
    timeSeries(
      {
        title: 'Sent again',
        description:
          'It is 1 while a batch is sent again that was not acknowledged. It is sent until it is ' +
          'there, and stored once.',
        width: 12,
        height: 6,
        unit: 'short',
        min: 0,
        stepped: true,
      },
      promQl({ '{{topic}}': `max by (topic) (${of('millrace_sink_retrying')})` }),
    ),
    timeSeries(
      {
        title: 'Inserts sent again',
        description:
          'Inserts a second that were not acknowledged, and so are sent again. Some come with a restart ' +
          'of ClickHouse; without one it is overloaded, or the network breaks off.',
        width: 8,
        height: 6,
        unit: 'ops',
        min: 0,
      },
      promQl({
        '{{topic}}': `sum by (topic) (rate(${of('millrace_insert_retries_total')}[$__rate_interval]))`,
      }),
    ),
    timeSeries(
      {
        title: 'Partitions that the sink does not read',
        description:
          'Their table has to take what waits for it first. The pipelines and other tables go on.',
        width: 8,
        height: 6,
        unit: 'short',
        min: 0,
        stepped: true,
      },
      promQl({ '{{topic}}': `sum by (topic) (${of('millrace_sink_paused_partitions')})` }),
    ),
    timeSeries(
      {
        title: 'Tables open',
        description:
          'One while a process fills its tables, zero while it does not reach ClickHouse; it computes all ' +
          'the same, and `/healthz` says why.',
        width: 8,
        height: 6,
        unit: 'short',
        min: 0,
        stepped: true,
      },
      promQl({ '{{instance}}': `min by (instance) (${of('millrace_sink_connected')})` }),
    ),
    timeSeries(
      {
        title: 'Restarts of the embedded ClickHouse',
        description: 'It ended by itself and was started again: mostly for want of memory.',
        width: 12,
        height: 6,
        unit: 'short',
        min: 0,
      },
      promQl({
        '{{instance}}':
          `sum by (instance) (increase(${of('millrace_clickhouse_restarts_total')}` +
          '[$__rate_interval]))',
      }),
    ),
  ],
}

const state: DashboardRow = {
  title: 'State and processes',
  panels: [
    timeSeries(
      {
        title: 'State, by pipeline',
        description: 'Packed state of all keys. It levels off as old keys expire.',
        width: 6,
        unit: 'bytes',
        min: 0,
      },
      promQl({ '{{pipeline}}': `sum by (pipeline) (${of('millrace_state_bytes')})` }),
    ),
    timeSeries(
      {
        title: 'Keys, by pipeline',
        description: 'Keys that have state: users, visitors, orders, articles, shipments.',
        width: 6,
        unit: 'short',
        min: 0,
      },
      promQl({ '{{pipeline}}': `sum by (pipeline) (${of('millrace_keys')})` }),
    ),
    timeSeries(
      {
        title: 'CPU, by process',
        description: 'Cores in use. Records are handled on one: near 1 is all that a process can.',
        width: 6,
        unit: 'short',
        decimals: 2,
        min: 0,
      },
      promQl({ '{{instance}}': rateOf('process_cpu_seconds_total') }),
    ),
    timeSeries(
      {
        title: 'Memory, by process',
        description: 'Resident memory, and the part of it that is the heap of JavaScript.',
        width: 6,
        unit: 'bytes',
        min: 0,
      },
      promQl({
        '{{instance}} resident': of('process_resident_memory_bytes'),
        '{{instance}} heap': of('nodejs_heap_size_used_bytes'),
      }),
    ),
    timeSeries(
      {
        title: 'Event loop delay, p99',
        description:
          'How long a process does nothing else, at most: a long step, or collecting garbage.',
        width: 12,
        unit: 's',
        min: 0,
      },
      promQl({ '{{instance}}': of('nodejs_eventloop_lag_p99_seconds') }),
    ),
    timeSeries(
      {
        title: 'Garbage collection',
        description: 'Share of the time that goes into it, by kind.',
        width: 12,
        unit: 'percentunit',
        min: 0,
      },
      promQl({
        '{{instance}} {{kind}}': `sum by (instance, kind) (${rateOf('nodejs_gc_duration_seconds_sum')})`,
      }),
    ),
  ],
}

export const operationsDashboard: Dashboard = {
  uid: 'millrace-operations',
  title: 'operations',
  description: 'Whether a run keeps up, how fresh its answers are, and what it sets aside.',
  from: '1h',
  refresh: '10s',
  variables: [
    prometheusVariable,
    anyLabelOf('job', 'Job', 'millrace_slices'),
    anyLabelOf('instance', 'Process', 'millrace_slices'),
  ],
  rows: [overview, lag, throughput, freshness, setAside, slices, tables, state],
}
