/** Where the customers stand, how they move, and who may be leaving. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { bars, overTime, rows, stat, table, timeSeries } from './panel.ts'
import { freshnessRow, setAsideRow } from './pipeline-rows.ts'
import { anyOf, choice, clickHouseVariable, isChosen } from './variable.ts'

const MARKET = "ifNull(market, 'none')"
const CHOSEN = `subjectType = \${subjectType:singlequote} AND ${isChosen(MARKET, 'market')}`
const STAGES = "['AWARE', 'INTERESTED', 'INTENT', 'FIRST_BUYER', 'REPEAT', 'LOYAL', 'ADVOCATE']"

const now: DashboardRow = {
  title: 'Now',
  panels: [
    stat(
      {
        title: 'Subjects',
        description: 'Users or visitors who have a segment, of the markets chosen.',
        width: 6,
        unit: 'short',
      },
      rows(`SELECT sum(subjects) AS subjects FROM segment_sizes WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Still coming',
        description:
          'Share that is ACTIVE or REACTIVATED: it came as recently as its rhythm allows.',
        width: 6,
        unit: 'percentunit',
        decimals: 1,
      },
      rows(`
SELECT sumIf(subjects, activity IN ('ACTIVE', 'REACTIVATED')) / sum(subjects) AS stillComing
FROM segment_sizes WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'At risk',
        description:
          'Longer away than is usual for them, and not lost yet: whom a campaign can reach.',
        width: 6,
        unit: 'short',
      },
      rows(`
SELECT sumIf(subjects, activity = 'AT_RISK') AS atRisk FROM segment_sizes WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Have bought',
        description: 'Share of those who are first buyers or beyond.',
        width: 6,
        unit: 'percentunit',
        decimals: 1,
      },
      rows(`
SELECT sumIf(subjects, stage IN ('FIRST_BUYER', 'REPEAT', 'LOYAL', 'ADVOCATE')) / sum(subjects)
         AS haveBought
FROM segment_sizes WHERE ${CHOSEN}`),
    ),
  ],
}

const sizes: DashboardRow = {
  title: 'Segment sizes',
  panels: [
    bars(
      {
        title: 'Stage and activity',
        description:
          'How many stand at each stage now, and whether they still come. A stage that is mostly ' +
          'AT_RISK loses its customers before the next.',
        width: 12,
        x: 'stage',
        stacked: true,
        unit: 'short',
      },
      rows(`
SELECT stage,
       sumIf(subjects, activity = 'ACTIVE') AS ACTIVE,
       sumIf(subjects, activity = 'REACTIVATED') AS REACTIVATED,
       sumIf(subjects, activity = 'AT_RISK') AS AT_RISK,
       sumIf(subjects, activity = 'DORMANT') AS DORMANT,
       sumIf(subjects, activity = 'LOST') AS LOST
FROM segment_sizes
WHERE ${CHOSEN}
GROUP BY stage
ORDER BY indexOf(${STAGES}, stage)`),
    ),
    bars(
      {
        title: 'Segments',
        description: 'How many are in each segment now. One can be in several, or in none.',
        width: 6,
        x: 'segment',
        horizontal: true,
        unit: 'short',
      },
      rows(`
SELECT segment, count() AS members
FROM segments_now ARRAY JOIN tags AS segment
WHERE ${CHOSEN}
GROUP BY segment
ORDER BY members DESC
LIMIT 20`),
    ),
    table(
      {
        title: 'Markets',
        description: 'The same by market. Markets differ in age, so compare shares, not counts.',
        width: 6,
        unit: 'short',
        overrides: [{ field: '/Share$/', unit: 'percentunit', decimals: 1 }],
      },
      rows(`
SELECT ${MARKET} AS ofMarket, sum(subjects) AS members,
       sumIf(subjects, activity IN ('ACTIVE', 'REACTIVATED')) / members AS activeShare,
       sumIf(subjects, stage IN ('REPEAT', 'LOYAL', 'ADVOCATE')) / members AS repeatShare
FROM segment_sizes
WHERE ${CHOSEN}
GROUP BY ofMarket
ORDER BY members DESC`),
    ),
  ],
}

const transitions: DashboardRow = {
  title: 'Transitions',
  panels: [
    timeSeries(
      {
        title: 'Stages entered',
        description:
          'How many came to a stage in an interval of event time, from below or from above. Those ' +
          'seen for the first time are not in it.',
        width: 8,
        stacked: true,
        unit: 'short',
        every: '5m',
      },
      overTime(changesOf('stage', 'previousStage')),
    ),
    timeSeries(
      {
        title: 'Activities entered',
        description: 'How many became AT_RISK, DORMANT, LOST, or came back, in an interval.',
        width: 8,
        stacked: true,
        unit: 'short',
        every: '5m',
      },
      overTime(changesOf('activity', 'previousActivity')),
    ),
    timeSeries(
      {
        title: 'Net change of segments',
        description: 'Those who entered a segment less those who left it. Below zero it shrinks.',
        width: 8,
        unit: 'short',
        every: '5m',
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time, change.1 AS segment, sum(change.2) AS Value
FROM lifecycle_segments
ARRAY JOIN arrayConcat(arrayMap(tag -> (tag, 1), entered), arrayMap(tag -> (tag, -1), exited)) AS change
WHERE ${CHOSEN} AND $__timeFilter(occurredAt)
GROUP BY time, segment
ORDER BY time`),
    ),
    table(
      {
        title: 'From stage to stage',
        description:
          'All moves between stages in the chosen time, and which share of the moves out of a stage ' +
          'they are: the funnel, with its ways back.',
        width: 12,
        unit: 'short',
        overrides: [{ field: 'share', unit: 'percentunit', decimals: 1 }],
      },
      rows(`
SELECT previousStage AS fromStage, stage AS toStage, count() AS moves,
       moves / sum(moves) OVER (PARTITION BY fromStage) AS share
FROM lifecycle_segments
WHERE ${CHOSEN} AND $__timeFilter(occurredAt) AND previousStage != stage
GROUP BY fromStage, toStage
ORDER BY indexOf(${STAGES}, assumeNotNull(fromStage)), moves DESC`),
    ),
    table(
      {
        title: 'Why they moved',
        description:
          'The weightiest reason of each move in the chosen time, by the stage moved to.',
        width: 12,
        unit: 'short',
      },
      rows(`
SELECT stage AS toStage, reasons[1].code AS reason, count() AS moves, any(reasons[1].detail) AS example
FROM lifecycle_segments
WHERE ${CHOSEN} AND $__timeFilter(occurredAt) AND previousStage != stage
GROUP BY toStage, reason
ORDER BY moves DESC
LIMIT 50`),
    ),
  ],
}

/** Moves by what was moved to. */
function changesOf(column: string, previous: string): string {
  return `
SELECT $__timeInterval(occurredAt) AS time, toString(${column}) AS entered, count() AS Value
FROM lifecycle_segments
WHERE ${CHOSEN} AND $__timeFilter(occurredAt) AND ${previous} != ${column}
GROUP BY time, entered
ORDER BY time`
}

const worth: DashboardRow = {
  title: 'Worth',
  panels: [
    table(
      {
        title: 'Worth by stage',
        description:
          'What those of a stage have bought in all, less what was cancelled and refunded. Currencies ' +
          'are not added up.',
        width: 8,
        unit: 'short',
        overrides: [{ field: '/Worth$/', decimals: 2 }],
      },
      rows(`
SELECT stage, currency, count() AS buyers, quantile(0.5)(monetaryMinor) / 100 AS medianWorth,
       sum(monetaryMinor) / 100 AS totalWorth
FROM segments_now
WHERE ${CHOSEN} AND monetaryMinor IS NOT NULL
GROUP BY stage, currency
ORDER BY currency, indexOf(${STAGES}, stage)`),
    ),
    bars(
      {
        title: 'Days since the last purchase',
        description: 'Of those who have bought. A hump on the right is a base that is going.',
        width: 6,
        x: 'days',
        unit: 'short',
      },
      rows(`
SELECT multiIf(recencyDays < 7, '< 7', recencyDays < 14, '7–14', recencyDays < 30, '14–30',
               recencyDays < 60, '30–60', recencyDays < 90, '60–90', '> 90') AS days,
       count() AS buyers
FROM segments_now
WHERE ${CHOSEN} AND recencyDays IS NOT NULL
GROUP BY days
ORDER BY min(recencyDays)`),
    ),
    table(
      {
        title: 'Good customers who may be leaving',
        description:
          'AT_RISK, and REPEAT or better, the worthiest first: whom to write to today. Churn risk is ' +
          'empty where there is nothing to tell it from.',
        width: 10,
        unit: 'short',
        overrides: [
          { field: 'worth', decimals: 2 },
          { field: 'churnRisk90d', unit: 'percentunit', decimals: 0 },
          { field: 'awayFor', unit: 'd', decimals: 0 },
        ],
      },
      rows(`
SELECT subjectId, stage, monetaryMinor / 100 AS worth, currency, recencyDays AS awayFor, churnRisk90d
FROM segments_now
WHERE ${CHOSEN} AND activity = 'AT_RISK' AND stage IN ('REPEAT', 'LOYAL', 'ADVOCATE')
ORDER BY worth DESC
LIMIT 50`),
    ),
  ],
}

export const lifecycleSegmentsDashboard: Dashboard = {
  uid: 'millrace-lifecycle-segments',
  title: 'lifecycle segments',
  description:
    'Where visitors and users stand as customers, how they move, and who may be leaving.',
  from: '30d',
  refresh: '1m',
  variables: [
    clickHouseVariable,
    choice('subjectType', 'Of', ['USER', 'VISITOR']),
    anyOf(
      'market',
      'Market',
      `SELECT DISTINCT ${MARKET} AS chosen FROM segment_sizes ORDER BY chosen`,
    ),
  ],
  rows: [
    now,
    sizes,
    transitions,
    worth,
    freshnessRow('lifecycle-segments'),
    setAsideRow('lifecycle-segments'),
  ],
}
