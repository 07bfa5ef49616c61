/** Whether the fraud model is right, what it catches and misses, what that is worth, and what has changed. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { type Override, overTime, rows, stat, table, timeSeries } from './panel.ts'
import { freshnessRow, setAsideRow } from './pipeline-rows.ts'
import { clickHouseVariable, oneOf } from './variable.ts'

const IN_WEEKS = '$__timeFilter(toDateTime(week))'
const IN_DAYS = '$__timeFilter(toDateTime(day))'
const CURRENCY = `currency = \${currency:singlequote}`

/** Weeks of which nine in ten orders are known: before that frauds are known, and the honest ones are not. */
const SETTLED = 'HAVING sum(known) >= 0.9 * sum(orders)'

const inUse: DashboardRow = {
  title: 'In use',
  panels: [
    stat(
      {
        title: 'Age of the version in use',
        description:
          'From what the newest published version has learnt up to, to now. A new one comes every six hours ' +
          'in which anything was learnt; much older: no outcomes come, or nobody publishes.',
        width: 6,
        unit: 'ms',
        steps: [
          [86_400_000, 'yellow'],
          [604_800_000, 'red'],
        ],
      },
      rows(`
SELECT toUnixTimestamp64Milli(now64(3)) - max(version) * 3600000 AS age
FROM fraud_model_versions WHERE effectiveAt IS NOT NULL`),
    ),
    stat(
      {
        title: 'Not published',
        description:
          'Cuts of weights since the newest published version. More than one: the learner is not there, ' +
          'or is behind.',
        width: 6,
        unit: 'none',
        steps: [[2, 'red']],
      },
      rows(`
SELECT countIf(version > (SELECT max(version) FROM fraud_model_versions WHERE effectiveAt IS NOT NULL))
         AS unpublished
FROM fraud_model_versions WHERE cutAt IS NOT NULL`),
    ),
    stat(
      {
        title: 'Learnt from',
        description:
          'Outcomes that the newest weights were learnt from, and the frauds among them.',
        width: 6,
        unit: 'short',
      },
      rows(`
SELECT argMax(outcomes, version) AS outcomesLearnt, argMax(frauds, version) AS fraudsLearnt
FROM fraud_model_versions WHERE cutAt IS NOT NULL`),
    ),
    stat(
      {
        title: 'Calibration error',
        description:
          'Mean distance of what was said from what came true, as the newest weights tell it, fading by half in ' +
          '30 days. The aim is .003 at most.',
        width: 6,
        unit: 'none',
        decimals: 5,
        steps: [
          [0.003, 'yellow'],
          [0.01, 'red'],
        ],
      },
      rows(`
SELECT argMax(calibrationError, version) AS calibrationErrorNow
FROM fraud_model_versions WHERE cutAt IS NOT NULL`),
    ),
  ],
}

const detection: DashboardRow = {
  title: 'Caught and missed (orders, by the week in which they were placed)',
  panels: [
    timeSeries(
      {
        title: 'Recall as labels mature',
        description:
          'Share of the known frauds that got a score of 5 % or more, as it was known so many days after each ' +
          'order. Late frauds are those that are harder to see.',
        width: 12,
        unit: 'percentunit',
        every: '1d',
      },
      overTime(`
SELECT toDateTime(week) AS time, concat('after ', toString(ageDays), ' days') AS age, any(recall) AS Value
FROM fraud_detection
WHERE ${IN_WEEKS} AND threshold = 0.05 AND recall IS NOT NULL
GROUP BY time, ageDays
ORDER BY time, ageDays`),
    ),
    timeSeries(
      {
        title: 'Precision, at least and of the known',
        description:
          'Share of frauds among orders with a score of 5 % or more, as it is known by now: with all others ' +
          'counted as honest, and among those that are known. The truth is between the two.',
        width: 12,
        unit: 'percentunit',
        every: '1d',
      },
      overTime(`
SELECT toDateTime(week) AS time, argMax(precisionMin, ageDays) AS atLeast,
       argMax(precision, ageDays) AS ofTheKnown
FROM fraud_detection
WHERE ${IN_WEEKS} AND threshold = 0.05
GROUP BY time
ORDER BY time`),
    ),
    table(
      {
        title: 'By threshold and action',
        description:
          'Over the weeks of the chosen time, as it was known 7 days after each order. An action counts with ' +
          'those that are harsher.',
        width: 24,
        height: 9,
        unit: 'short',
        overrides: [{ field: '/^(precision|recall)/', unit: 'percentunit', decimals: 1 }],
      },
      rows(`
SELECT ifNull(action, concat('score from ', toString(threshold))) AS flaggedBy, sum(flagged) AS orders,
       sum(frauds) AS knownFrauds, sum(caught) AS caughtFrauds, sum(caught) / nullIf(knownFrauds, 0) AS recallAfter7Days,
       sum(caught) / nullIf(orders, 0) AS precisionAtLeast
FROM fraud_detection
WHERE ${IN_WEEKS} AND ageDays = 7
GROUP BY flaggedBy, rule, threshold, action
ORDER BY rule DESC, threshold, indexOf(['STEP_UP', 'HOLD', 'DECLINE', 'FREEZE'], action)`),
    ),
  ],
}

const calibration: DashboardRow = {
  title: 'Said and true (orders)',
  panels: [
    timeSeries(
      {
        title: 'Calibration error by week',
        description:
          'Mean distance of the mean score from the share of frauds over the bands of the score, of weeks of which ' +
          'nine in ten orders are known. The aim is .003 at most.',
        width: 12,
        unit: 'none',
        decimals: 5,
        every: '1d',
        steps: [[0.003, 'yellow']],
      },
      overTime(`
SELECT toDateTime(week) AS time, sum(known * abs(predicted - actual)) / sum(known) AS meanDistance
FROM fraud_calibration
WHERE ${IN_WEEKS}
GROUP BY time
${SETTLED}
ORDER BY time`),
    ),
    table(
      {
        title: 'Bands',
        description:
          'Over all known orders of the chosen time: the mean score of a band and the share that was fraud.',
        width: 12,
        unit: 'percentunit',
        decimals: 2,
        overrides: [{ field: '/^(knownOrders|knownFrauds)$/', unit: 'short', decimals: 0 }],
      },
      rows(`
SELECT scoreFrom, scoreTo, sum(known) AS knownOrders, sum(frauds) AS knownFrauds,
       sum(known * predicted) / knownOrders AS expected, knownFrauds / knownOrders AS observed
FROM fraud_calibration
WHERE ${IN_WEEKS} AND known > 0
GROUP BY scoreFrom, scoreTo
ORDER BY scoreFrom`),
    ),
  ],
}

const MONEY: readonly Override[] = [
  { field: 'saved', color: 'green' },
  { field: 'lost', color: 'red' },
  { field: 'turnedAway', color: 'yellow' },
]

const worth: DashboardRow = {
  title: 'Worth (orders of which it is known, by the assumptions of the default policy)',
  panels: [
    timeSeries(
      {
        title: 'Saved and lost in $currency',
        description:
          'By the week in which orders were placed: frauds stopped, frauds not stopped, and what honest orders that ' +
          'were turned away would have earned. docs/tables.md says what is assumed.',
        width: 12,
        stacked: true,
        unit: 'short',
        every: '1d',
        overrides: MONEY,
      },
      overTime(`
SELECT toDateTime(week) AS time, sum(savedMinor) / 100 AS saved, sum(lostMinor) / 100 AS lost,
       sum(turnedAwayMinor) / 100 AS turnedAway
FROM fraud_money
WHERE ${IN_WEEKS} AND ${CURRENCY}
GROUP BY time
ORDER BY time`),
    ),
    table(
      {
        title: 'By action in $currency',
        description: 'What each action was worth in the chosen time, against simply allowing.',
        width: 12,
        unit: 'short',
        overrides: [{ field: '/^(saved|lost|turnedAway|net)$/', decimals: 0 }],
      },
      rows(`
SELECT action, sum(orders) AS knownOrders, sum(frauds) AS knownFrauds, sum(savedMinor) / 100 AS saved,
       sum(lostMinor) / 100 AS lost, sum(turnedAwayMinor) / 100 AS turnedAway, sum(netMinor) / 100 AS net
FROM fraud_money
WHERE ${IN_WEEKS} AND ${CURRENCY}
GROUP BY action
ORDER BY indexOf(['ALLOW', 'STEP_UP', 'HOLD', 'DECLINE', 'FREEZE'], action)`),
    ),
  ],
}

const alerts: DashboardRow = {
  title: 'Alerts',
  panels: [
    timeSeries(
      {
        title: 'For analysts, by day',
        description:
          'Orders and logins that were held or frozen, by market. The policy has a budget for each: from there ' +
          'on what would be held gets the cheapest action that needs no analyst.',
        width: 12,
        stacked: true,
        unit: 'short',
        every: '1d',
      },
      overTime(`
SELECT toDateTime(day) AS time, ifNull(market, 'none') AS ofMarket, sum(alerts) AS Value
FROM fraud_reasons_per_day
WHERE ${IN_DAYS} AND action IN ('HOLD', 'FREEZE')
GROUP BY time, ofMarket
ORDER BY time`),
    ),
    table(
      {
        title: 'By first reason',
        description:
          'Orders that were not simply allowed: the share of frauds that was expected, and that which is known.',
        width: 12,
        unit: 'short',
        overrides: [{ field: '/Share$/', unit: 'percentunit', decimals: 1 }],
      },
      rows(`
SELECT reason, sum(alerts) AS orders, sum(known) AS knownOrders,
       sum(alerts * scoreMean) / orders AS expectedShare, sum(frauds) / nullIf(knownOrders, 0) AS fraudShare
FROM fraud_reasons_per_day
WHERE ${IN_DAYS} AND subjectType = 'ORDER'
GROUP BY reason
ORDER BY orders DESC
LIMIT 30`),
    ),
  ],
}

const learning: DashboardRow = {
  title: 'What it learns, and what has changed',
  panels: [
    timeSeries(
      {
        title: 'Log loss of what was said',
        description:
          'Of outcomes as they became known, fading by half in 30 days, by the cut of the weights. It rises where ' +
          'frauds come that the model does not know.',
        width: 12,
        unit: 'none',
        decimals: 4,
        every: '6h',
      },
      overTime(`
SELECT toDateTime(assumeNotNull(cutAt)) AS time, logLoss AS nats
FROM fraud_model_versions
WHERE cutAt IS NOT NULL AND $__timeFilter(toDateTime(assumeNotNull(cutAt)))
ORDER BY time`),
    ),
    table(
      {
        title: 'Features that have changed most',
        description:
          'Stability index of the last week that is over against the four before it. Well above what chance brings, .1 ' +
          'is worth a look and .25 is a large change.',
        width: 12,
        unit: 'none',
        decimals: 3,
        overrides: [{ field: '/^known/', unit: 'percentunit', decimals: 1 }],
      },
      rows(`
SELECT feature, psi, psiByChance, knownShare, knownShareBefore
FROM fraud_feature_drift
WHERE week = (SELECT toMonday(max(occurredAt)) - 7 FROM fraud_scores WHERE subjectType = 'ORDER')
ORDER BY psi DESC
LIMIT 20`),
    ),
  ],
}

export const fraudModelDashboard: Dashboard = {
  uid: 'millrace-fraud-model',
  title: 'fraud model',
  description: 'Whether fraud scores are right, what they catch and miss, and what that is worth.',
  from: '90d',
  refresh: '15m',
  variables: [
    clickHouseVariable,
    oneOf(
      'currency',
      'Currency',
      'SELECT currency FROM fraud_outcomes GROUP BY currency ORDER BY count() DESC',
    ),
  ],
  rows: [
    inUse,
    detection,
    calibration,
    worth,
    alerts,
    learning,
    freshnessRow('fraud-outcomes'),
    setAsideRow('fraud-outcomes'),
  ],
}
