/** The rows that the page of every pipeline ends with: how fresh it is, and what it set aside. */
import type { DashboardRow } from './dashboard.ts'
import { overTime, rows, stat, table, timeSeries } from './panel.ts'

/** A result is fresh for a person within a second, and for a decision within a tenth of one. */
const FRESHNESS_STEPS = [
  [1_000, 'yellow'],
  [10_000, 'red'],
] as const

/** @param topic of the results, which is also the name of the pipeline */
export const freshnessRow = (topic: string): DashboardRow => ({
  title: 'Freshness',
  panels: [
    stat(
      {
        title: 'Slowest hundredth, worst minute',
        description:
          'The highest of the 99th percentiles of each minute: from an event to the result it caused. ' +
          'Results of a replay are as late as their history is old, so judge it by live minutes.',
        width: 4,
        height: 8,
        unit: 'ms',
        steps: FRESHNESS_STEPS,
      },
      rows(`
SELECT max(latencyP99Ms) AS p99
FROM freshness
WHERE topic = '${topic}' AND $__timeFilter(minute)`),
    ),
    timeSeries(
      {
        title: 'From event to result',
        description:
          '_emitted_at less occurredAt. p50 is the median of the minutes of an interval, weighted by ' +
          'their results; p99 is that of its worst minute.',
        width: 12,
        unit: 'ms',
        scale: 'log',
        every: '1m',
      },
      overTime(`
SELECT $__timeInterval(minute) AS time,
       quantileExactWeighted(0.5)(latencyP50Ms, results) AS p50,
       max(latencyP99Ms) AS p99
FROM freshness
WHERE topic = '${topic}' AND $__timeFilter(minute)
GROUP BY time
ORDER BY time`),
    ),
    timeSeries(
      {
        title: 'Results written',
        description: 'Results a second, by when the log took them in.',
        width: 8,
        unit: 'cps',
        min: 0,
        every: '1m',
      },
      overTime(`
SELECT $__timeInterval(minute) AS time, sum(results) / $__interval_s AS resultsPerSecond
FROM freshness
WHERE topic = '${topic}' AND $__timeFilter(minute)
GROUP BY time
ORDER BY time`),
    ),
  ],
})

export const setAsideRow = (pipelineId: string): DashboardRow => ({
  title: 'Set aside',
  panels: [
    table(
      {
        title: 'Late records',
        description:
          'Records that came after their window had closed, by the topic they came on. Results do ' +
          'not count them. Many from one topic: its producer is behind, or its clock is wrong.',
        width: 12,
        height: 6,
        unit: 'short',
        overrides: [{ field: '/^lateBy/', unit: 'ms' }],
      },
      rows(`
SELECT topic, sum(records) AS lateRecords, max(lateByP50Ms) AS lateByMedian, max(lateByMaxMs) AS lateByMost
FROM late_per_hour
WHERE pipelineId = '${pipelineId}' AND $__timeFilter(hour)
GROUP BY topic
ORDER BY lateRecords DESC`),
    ),
    table(
      {
        title: 'Dead letters',
        description:
          'Records that this pipeline could not handle, or that nothing could read. ' +
          '`millrace dead-letters` shows them and puts them back.',
        width: 12,
        height: 6,
        unit: 'short',
        overrides: [{ field: 'lastSeen', unit: 'dateTimeAsIso' }],
      },
      rows(`
SELECT errorCode, topic, stage, sum(letters) AS deadLetters, max(hour) AS lastSeen
FROM dead_letters_per_hour
WHERE (pipelineId = '${pipelineId}' OR pipelineId IS NULL) AND $__timeFilter(hour)
GROUP BY errorCode, topic, stage
ORDER BY deadLetters DESC`),
    ),
  ],
})
