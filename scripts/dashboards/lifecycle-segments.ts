/** Where the customers stand, how they move, and who may be leaving. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { bars, overTime, type Panel, rows, stat, table, timeSeries } from './panel.ts'
import { freshnessRow, setAsideRow } from './pipeline-rows.ts'
import { anyOf, choice, clickHouseVariable, isChosen } from './variable.ts'

const MARKET = "ifNull(market, 'none')"
const CHOSEN = `subjectType = \${subjectType:singlequote} AND ${isChosen(MARKET, 'market')}`
/** Of what is told of users alone. */
const OF_MARKET = isChosen(MARKET, 'market')
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
    timeSeries(
      {
        title: 'Day by day',
        description:
          'How many still came, and how many had gone, at the end of each day of event time. The last ' +
          'day is not over yet.',
        width: 24,
        stacked: true,
        unit: 'short',
        every: '1d',
      },
      overTime(`
SELECT toDateTime(day) AS time, toString(activity) AS whoWere, sum(subjects) AS Value
FROM segment_sizes_per_day
WHERE ${CHOSEN} AND $__timeFilter(toDateTime(day))
GROUP BY time, whoWere
ORDER BY time`),
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
          'What was said of the moves in the chosen time, by the stage or the activity moved to; by ' +
          'silence, where no event brought them about.',
        width: 12,
        unit: 'short',
      },
      rows(`
SELECT kind, movedTo, reasonCode, count() AS moves, countIf(causeEventId IS NULL) AS bySilence,
       any(reason) AS example
FROM segment_transitions
WHERE ${CHOSEN} AND $__timeFilter(occurredAt) AND kind IN ('STAGE', 'ACTIVITY')
GROUP BY kind, movedTo, reasonCode
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

const MONTHS = [1, 2, 3, 4, 5, 6] as const

const expected: DashboardRow = {
  title: 'What is expected of users',
  panels: [
    table(
      {
        title: 'Worth to come, by tenths',
        description:
          'The users of a currency in the order of their expected worth of 52 weeks, in tenths of each ' +
          'market: from 1, worth the least, to 10. Empty until there is something to tell it from.',
        width: 12,
        unit: 'short',
        overrides: [
          { field: '/Worth$/', decimals: 2 },
          { field: 'share', unit: 'percentunit', decimals: 1 },
        ],
      },
      rows(`
SELECT currency, decile AS tenth, sum(users) AS members, min(ltvMinMinor) / 100 AS leastWorth,
       max(ltvMaxMinor) / 100 AS greatestWorth, sum(ltvSumMinor) / 100 AS sumWorth,
       sumWorth / sum(sumWorth) OVER (PARTITION BY currency) AS share
FROM ltv_distribution
WHERE ${OF_MARKET} AND currency IS NOT NULL
GROUP BY currency, tenth
ORDER BY currency, tenth DESC`),
    ),
    table(
      {
        title: 'Best users',
        description:
          'Whose orders of the next 52 weeks are expected to be worth the most, with their fifths in ' +
          'recency, frequency and amount: 5 is the best.',
        width: 12,
        unit: 'short',
        overrides: [
          { field: 'expectedWorth', decimals: 2 },
          { field: 'churnRisk90d', unit: 'percentunit', decimals: 0 },
        ],
      },
      rows(`
SELECT userId, stage, activity, ltv52wMinor / 100 AS expectedWorth, currency, churnRisk90d,
       recencyQuintile AS R, frequencyQuintile AS F, monetaryQuintile AS M, lastPurchaseAt
FROM user_profiles
WHERE ${OF_MARKET} AND ltv52wMinor IS NOT NULL
ORDER BY ltv52wMinor DESC
LIMIT 50`),
    ),
    table(
      {
        title: 'Who comes back',
        description:
          'Of the users who first bought in a month, the share that bought in each month since. The ' +
          'newest month is not over yet; empty is a month to come.',
        width: 12,
        unit: 'short',
        overrides: [{ field: '/^after/', unit: 'percentunit', decimals: 1 }],
      },
      rows(`
SELECT toString(cohort) AS firstMonth, sumIf(customers, monthsSince = 0) AS members,
       ${MONTHS.map(retentionAfter).join(',\n       ')}
FROM cohort_retention
WHERE ${OF_MARKET}
GROUP BY cohort
ORDER BY cohort DESC`),
    ),
    churnBars(30),
    churnBars(90),
  ],
}

function retentionAfter(months: number): string {
  const isThen = `monthsSince = ${months}`
  return `if(countIf(${isThen}) = 0, NULL, sumIf(buyers, ${isThen}) / sumIf(customers, ${isThen})) AS after${months}`
}

/** Groups of several markets are joined by their place, as each market has its own. */
function churnBars(horizonDays: number): Panel {
  return bars(
    {
      title: `Churn in ${horizonDays} days`,
      description:
        'Forecasts in tenths from the least risk to the greatest: the share that was expected not to ' +
        `buy in ${horizonDays} days, before any calibration, and the share that did not.`,
      width: 6,
      x: 'tenth',
      unit: 'percentunit',
    },
    rows(`
SELECT toString(decile) AS tenth, sum(predicted * forecasts) / sum(forecasts) AS expected,
       sum(actual * forecasts) / sum(forecasts) AS came
FROM churn_calibration
WHERE ${OF_MARKET} AND horizonDays = ${horizonDays}
GROUP BY decile
ORDER BY decile`),
  )
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
    expected,
    freshnessRow('lifecycle-segments'),
    setAsideRow('lifecycle-segments'),
  ],
}
