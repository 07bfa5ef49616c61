/** How orders and logins are scored, what is done about them, and whether the scores are right. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { bars, type Override, overTime, rows, stat, table, timeSeries } from './panel.ts'
import { freshnessRow, setAsideRow } from './pipeline-rows.ts'
import { choice, clickHouseVariable } from './variable.ts'

const SUBJECT = `subjectType = \${subjectType:singlequote}`
const SCORED = `${SUBJECT} AND $__timeFilter(occurredAt)`

/** Orders scored in the chosen time of which it is known by now whether they were fraud. */
const KNOWN = `
FROM (
  SELECT subjectId, occurredAt, score, action
  FROM fraud_scores
  WHERE subjectType = 'ORDER' AND $__timeFilter(occurredAt)
) AS scored
INNER JOIN (
  SELECT orderId, argMax(isFraud, _offset) AS isFraud FROM fraud_outcomes GROUP BY orderId
) AS known ON scored.subjectId = known.orderId`

/** Narrow where most scores are. */
const BAND = `multiIf(score < 0.005, '< 0.5 %', score < 0.01, '0.5–1 %', score < 0.02, '1–2 %',
               score < 0.05, '2–5 %', score < 0.1, '5–10 %', score < 0.2, '10–20 %',
               score < 0.5, '20–50 %', '> 50 %')`

const ACTION_COLORS: readonly Override[] = [
  { field: 'ALLOW', color: 'green' },
  { field: 'STEP_UP', color: 'yellow' },
  { field: 'HOLD', color: 'orange' },
  { field: 'DECLINE', color: 'red' },
  { field: 'FREEZE', color: 'purple' },
]

const chosenTime: DashboardRow = {
  title: 'In the chosen time',
  panels: [
    stat(
      {
        title: 'Scored',
        description: 'Orders or logins that got a score. Each gets exactly one.',
        width: 6,
        unit: 'short',
      },
      rows(
        `SELECT sum(scores) AS scored FROM fraud_per_hour WHERE ${SUBJECT} AND $__timeFilter(hour)`,
      ),
    ),
    stat(
      {
        title: 'Held up',
        description:
          'Share that was not simply allowed. What it costs in good customers is under "Known ' +
          'outcomes"; the limits are in the policy.',
        width: 6,
        unit: 'percentunit',
        decimals: 2,
        steps: [
          [0.1, 'yellow'],
          [0.2, 'red'],
        ],
      },
      rows(`
SELECT sumIf(scores, action != 'ALLOW') / sum(scores) AS heldUp
FROM fraud_per_hour WHERE ${SUBJECT} AND $__timeFilter(hour)`),
    ),
    stat(
      {
        title: 'Frauds to expect',
        description:
          'Sum of the scores: how many frauds there are, as far as the score is calibrated.',
        width: 6,
        unit: 'short',
        decimals: 1,
      },
      rows(`
SELECT sum(scoreSum) AS expectedFrauds
FROM fraud_per_hour WHERE ${SUBJECT} AND $__timeFilter(hour)`),
    ),
    stat(
      {
        title: 'Policy',
        description: 'The version of the policy that chose the newest action.',
        width: 6,
        unit: 'none',
      },
      rows(`
SELECT argMax(policyVersion, occurredAt) AS policyVersion FROM fraud_scores WHERE ${SCORED}`),
    ),
  ],
}

const scores: DashboardRow = {
  title: 'Scores and actions',
  panels: [
    timeSeries(
      {
        title: 'Actions',
        description:
          'What the policy said to do, by the hour of the event. A step with no release behind it is ' +
          'an attack, or a feature that went missing.',
        width: 12,
        stacked: true,
        unit: 'short',
        every: '1h',
        overrides: ACTION_COLORS,
      },
      overTime(`
SELECT $__timeInterval(hour) AS time, toString(action) AS chosen, sum(scores) AS Value
FROM fraud_per_hour
WHERE ${SUBJECT} AND $__timeFilter(hour)
GROUP BY time, chosen
ORDER BY time`),
    ),
    timeSeries(
      {
        title: 'Score quantiles',
        description:
          'Half of the scores are below p50, one in a hundred above p99. The median drifts with the ' +
          'model or its inputs, the tail with the fraudsters.',
        width: 12,
        scale: 'log',
        unit: 'percentunit',
        every: '1m',
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time,
       quantile(0.5)(score) AS p50, quantile(0.9)(score) AS p90, quantile(0.99)(score) AS p99
FROM fraud_scores
WHERE ${SCORED}
GROUP BY time
ORDER BY time`),
    ),
    bars(
      {
        title: 'Score distribution',
        description: 'How many got a score of each band. Bands are narrow where most scores are.',
        width: 12,
        x: 'band',
        unit: 'short',
      },
      rows(`
SELECT ${BAND} AS band, count() AS subjects
FROM fraud_scores
WHERE ${SCORED}
GROUP BY band
ORDER BY min(score)`),
    ),
    bars(
      {
        title: 'Evidence',
        description:
          'How much was known when it was scored, and the mean score with it. Many of LOW: devices or ' +
          'cards are missing in the events.',
        width: 12,
        x: 'evidence',
        unit: 'short',
        overrides: [{ field: 'meanScore', unit: 'percentunit', decimals: 2 }],
      },
      rows(`
SELECT evidence, count() AS subjects, avg(score) AS meanScore
FROM fraud_scores
WHERE ${SCORED}
GROUP BY evidence
ORDER BY indexOf(['LOW', 'MEDIUM', 'HIGH'], evidence)`),
    ),
  ],
}

const outcomes: DashboardRow = {
  title: 'Known outcomes (orders)',
  panels: [
    stat(
      {
        title: 'Outcome known',
        description:
          'Orders of the chosen time of which it is known whether they were fraud. It takes weeks: ' +
          'choose a time that long ago.',
        width: 4,
        unit: 'short',
      },
      rows(`SELECT count() AS known ${KNOWN}`),
    ),
    stat(
      {
        title: 'Expected for each observed',
        description:
          'Sum of the scores for each fraud among them. 1 is calibrated; above it the score is too ' +
          'anxious, below it too trusting. Frauds become known before the rest is known to be none, ' +
          'so recent times look too trusting.',
        width: 4,
        unit: 'none',
        decimals: 2,
      },
      rows(`SELECT if(sum(isFraud) = 0, NULL, sum(score) / sum(isFraud)) AS ratio ${KNOWN}`),
    ),
    stat(
      {
        title: 'Frauds that were stopped',
        description: 'Share of the known frauds that were not simply allowed.',
        width: 4,
        unit: 'percentunit',
        decimals: 1,
      },
      rows(`
SELECT if(sum(isFraud) = 0, NULL, countIf(isFraud AND action != 'ALLOW') / sum(isFraud)) AS stopped
${KNOWN}`),
    ),
    stat(
      {
        title: 'Good orders disturbed',
        description: 'Share of the orders known to be good that were not simply allowed.',
        width: 4,
        unit: 'percentunit',
        decimals: 2,
      },
      rows(`
SELECT countIf(NOT isFraud AND action != 'ALLOW') / countIf(NOT isFraud) AS disturbed ${KNOWN}`),
    ),
    stat(
      {
        title: 'Brier score',
        description:
          'Mean squared distance of the score from the outcome (Brier 1950): 0 is perfect. Compare it ' +
          'with that of a score that says the base rate for every order.',
        width: 8,
        unit: 'none',
        decimals: 4,
      },
      rows(`
SELECT avg(pow(score - isFraud, 2)) AS brierScore, avg(isFraud) * (1 - avg(isFraud)) AS ofTheBaseRate
${KNOWN}`),
    ),
    bars(
      {
        title: 'Calibration',
        description:
          'By band of the score: the mean score, and the share that was fraud. Calibrated is where ' +
          'both are alike, within what the number of orders allows (see the table).',
        width: 12,
        x: 'band',
        unit: 'percentunit',
      },
      rows(`
SELECT ${BAND} AS band, avg(score) AS expected, avg(isFraud) AS observed
${KNOWN}
GROUP BY band
ORDER BY min(score)`),
    ),
    table(
      {
        title: 'Calibration in numbers',
        description:
          'The observed share with its 95 % interval (Wilson 1927). A band is off where its expected ' +
          'share lies outside.',
        width: 12,
        unit: 'percentunit',
        decimals: 2,
        overrides: [{ field: '/^(orders|frauds)$/', unit: 'short', decimals: 0 }],
      },
      rows(`
WITH count() AS n, sum(isFraud) AS k, k / n AS share, 1.96 AS z,
     (share + z * z / (2 * n)) / (1 + z * z / n) AS middle,
     z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n) AS half
SELECT ${BAND} AS band, n AS orders, k AS frauds, avg(score) AS expected, share AS observed,
       greatest(middle - half, 0) AS low, least(middle + half, 1) AS high
${KNOWN}
GROUP BY band
ORDER BY min(score)`),
    ),
    timeSeries(
      {
        title: 'Caught, missed, disturbed',
        description:
          'Orders by the day they were scored, as far as their outcome is known: frauds that were not ' +
          'allowed, frauds that were, and good orders that were held up.',
        width: 24,
        stacked: true,
        unit: 'short',
        every: '1d',
        overrides: [
          { field: 'caught', color: 'green' },
          { field: 'missed', color: 'red' },
          { field: 'disturbed', color: 'yellow' },
        ],
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time,
       countIf(isFraud AND action != 'ALLOW') AS caught,
       countIf(isFraud AND action = 'ALLOW') AS missed,
       countIf(NOT isFraud AND action != 'ALLOW') AS disturbed
${KNOWN}
GROUP BY time
ORDER BY time`),
    ),
  ],
}

const why: DashboardRow = {
  title: 'Why',
  panels: [
    table(
      {
        title: 'Reasons',
        description:
          'What weighs in the scores that were not simply allowed, and how much on average.',
        width: 8,
        unit: 'short',
        overrides: [{ field: 'meanWeight', decimals: 2 }],
      },
      rows(`
SELECT reason.code AS code, count() AS times, avg(reason.weight) AS meanWeight
FROM fraud_scores ARRAY JOIN reasons AS reason
WHERE ${SCORED} AND action != 'ALLOW'
GROUP BY code
ORDER BY times DESC
LIMIT 30`),
    ),
    table(
      {
        title: 'Highest scores',
        description: 'What to look at first, with the weightiest reason of each.',
        width: 16,
        unit: 'none',
        overrides: [
          { field: 'score', unit: 'percentunit', decimals: 1 },
          { field: 'at', unit: 'dateTimeAsIso' },
        ],
      },
      rows(`
SELECT occurredAt AS at, subjectId, userId, score, action, evidence, reasons[1].detail AS reason
FROM fraud_scores
WHERE ${SCORED} AND action != 'ALLOW'
ORDER BY score DESC
LIMIT 50`),
    ),
  ],
}

export const fraudScoresDashboard: Dashboard = {
  uid: 'millrace-fraud-scores',
  title: 'fraud scores',
  description: 'How orders and logins are scored, what is done, and whether the scores are right.',
  from: '24h',
  refresh: '1m',
  variables: [clickHouseVariable, choice('subjectType', 'Of', ['ORDER', 'LOGIN'])],
  rows: [
    chosenTime,
    scores,
    outcomes,
    why,
    freshnessRow('fraud-scores'),
    setAsideRow('fraud-scores'),
  ],
}
