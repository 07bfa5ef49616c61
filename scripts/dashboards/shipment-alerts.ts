/** What is wrong with shipments now, how often and how long it was, and where. */
import type { Dashboard, DashboardRow } from './dashboard.ts'
import { bars, type Override, overTime, rows, stat, table, timeSeries } from './panel.ts'
import { freshnessRow, setAsideRow } from './pipeline-rows.ts'
import { anyOf, clickHouseVariable, isChosen } from './variable.ts'

const CHOSEN = isChosen('kind', 'kind')

const SEVERITY_COLORS: readonly Override[] = [
  { field: 'WARNING', color: 'orange' },
  { field: 'CRITICAL', color: 'red' },
]

/** All that is told of one trouble has these alike. */
const TROUBLE = "shipmentId, ifNull(sensorId, '') AS sensor, kind, startedAt"

/** Each trouble once: when it was first told of, and when it was right again; null: it is not yet. */
const TROUBLES = `
  SELECT ${TROUBLE}, min(occurredAt) AS raisedAt,
         if(countIf(severity = 'RECOVERED') = 0, NULL, maxIf(occurredAt, severity = 'RECOVERED'))
           AS recoveredAt,
         if(countIf(severity = 'CRITICAL') > 0, 'CRITICAL', 'WARNING') AS worst,
         max(dwellMs) AS longestDwellMs, max(degreeMinutes) AS harm,
         max(meanKineticTemperatureC) AS meanKineticTemperature,
         any(\`limit\`) AS allowed, argMax(value, abs(value - \`limit\`)) AS furthest
  FROM shipment_alerts
  WHERE ${CHOSEN}
  GROUP BY shipmentId, sensor, kind, startedAt`

const now: DashboardRow = {
  title: 'Open now',
  panels: [
    stat(
      {
        title: 'Critical',
        description: 'Alerts that are CRITICAL and not right again: goods are being harmed.',
        width: 4,
        unit: 'short',
        steps: [[1, 'red']],
      },
      rows(`SELECT countIf(severity = 'CRITICAL') AS critical FROM open_alerts WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Warnings',
        description: 'Alerts that are WARNING and not right again.',
        width: 4,
        unit: 'short',
        steps: [[1, 'orange']],
      },
      rows(`SELECT countIf(severity = 'WARNING') AS warnings FROM open_alerts WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Shipments',
        description: 'Shipments about which anything is wrong now.',
        width: 4,
        unit: 'short',
      },
      rows(`SELECT uniqExact(shipmentId) AS shipments FROM open_alerts WHERE ${CHOSEN}`),
    ),
    stat(
      {
        title: 'Oldest',
        description:
          'How long the oldest open alert is open. Weeks: nobody looks, or a sensor was taken out and ' +
          'its shipment not ended.',
        width: 4,
        unit: 's',
        decimals: 0,
      },
      rows(`
SELECT if(count() = 0, NULL, dateDiff('second', min(startedAt), now64(3))) AS oldest
FROM open_alerts WHERE ${CHOSEN}`),
    ),
    bars(
      {
        title: 'By kind',
        description: 'What is wrong now, by kind and severity.',
        width: 8,
        height: 8,
        x: 'kind',
        stacked: true,
        horizontal: true,
        unit: 'short',
        overrides: SEVERITY_COLORS,
      },
      rows(`
SELECT kind, countIf(severity = 'WARNING') AS WARNING, countIf(severity = 'CRITICAL') AS CRITICAL
FROM open_alerts
WHERE ${CHOSEN}
GROUP BY kind
ORDER BY count() DESC`),
    ),
    table(
      {
        title: 'Open alerts',
        description: 'Worst first, then oldest first. Value and limit are in the unit of the kind.',
        width: 24,
        unit: 'none',
        overrides: [{ field: 'startedAt', unit: 'dateTimeAsIso' }],
      },
      rows(`
SELECT severity, kind, shipmentId, sensorId, startedAt, round(value, 2) AS measured,
       \`limit\` AS allowed, reasons[1].detail AS reason
FROM open_alerts
WHERE ${CHOSEN}
ORDER BY severity = 'CRITICAL' DESC, startedAt
LIMIT 100`),
    ),
  ],
}

const course: DashboardRow = {
  title: 'In the chosen time',
  panels: [
    timeSeries(
      {
        title: 'Raised',
        description:
          'Troubles by when they were first told of, in event time. One that became CRITICAL after a ' +
          'WARNING is one trouble.',
        width: 8,
        stacked: true,
        unit: 'short',
        every: '5m',
      },
      overTime(`
SELECT $__timeInterval(raisedAt) AS time, toString(kind) AS trouble, count() AS Value
FROM (${TROUBLES}
)
WHERE $__timeFilter(raisedAt)
GROUP BY time, trouble
ORDER BY time`),
    ),
    timeSeries(
      {
        title: 'Open',
        description: 'Troubles that were open at the end of each interval in which that changed.',
        width: 8,
        stepped: true,
        unit: 'short',
        min: 0,
        every: '5m',
      },
      overTime(`
SELECT time, trouble, openTroubles AS Value
FROM (
  SELECT time, trouble, sum(changed) OVER (PARTITION BY trouble ORDER BY time) AS openTroubles
  FROM (
    SELECT $__timeInterval(step.1) AS time, toString(kind) AS trouble, sum(step.2) AS changed
    FROM (${TROUBLES}
    )
    ARRAY JOIN if(recoveredAt IS NULL, [(raisedAt, 1)],
                  [(raisedAt, 1), (assumeNotNull(recoveredAt), -1)]) AS step
    GROUP BY time, trouble
  )
)
WHERE $__timeFilter(time)
ORDER BY time`),
    ),
    timeSeries(
      {
        title: 'Time to recovery',
        description:
          'From the start of a trouble until it was right again, by when that was: the median, and ' +
          'the slowest tenth.',
        width: 8,
        unit: 'ms',
        every: '1h',
      },
      overTime(`
SELECT $__timeInterval(occurredAt) AS time,
       quantile(0.5)(dateDiff('millisecond', startedAt, occurredAt)) AS p50,
       quantile(0.9)(dateDiff('millisecond', startedAt, occurredAt)) AS p90
FROM shipment_alerts
WHERE ${CHOSEN} AND severity = 'RECOVERED' AND $__timeFilter(occurredAt)
GROUP BY time
ORDER BY time`),
    ),
  ],
}

const excursions: DashboardRow = {
  title: 'Excursions',
  panels: [
    stat(
      {
        title: 'Temperature excursions',
        description:
          'Times that a shipment was out of its temperature limits for long enough to matter.',
        width: 4,
        height: 9,
        unit: 'short',
      },
      rows(`
SELECT countIf(kind = 'TEMPERATURE') AS excursions
FROM (${TROUBLES}
)
WHERE $__timeFilter(raisedAt)`),
    ),
    table(
      {
        title: 'Worst temperature excursions',
        description:
          'By degree minutes: degrees beyond the limit times minutes. The mean kinetic temperature is ' +
          'the constant temperature that would have done the same harm (Haynes 1971).',
        width: 20,
        height: 9,
        unit: 'none',
        overrides: [
          { field: '/C$/', unit: 'celsius', decimals: 1 },
          { field: 'beyondFor', unit: 'ms' },
          { field: 'degreeMinutes', decimals: 0 },
          { field: '/At$/', unit: 'dateTimeAsIso' },
        ],
      },
      rows(`
SELECT shipmentId, sensor, worst, startedAt, recoveredAt, furthest AS furthestC, allowed AS limitC,
       harm AS degreeMinutes, longestDwellMs AS beyondFor, meanKineticTemperature AS meanKineticC
FROM (${TROUBLES}
)
WHERE $__timeFilter(raisedAt) AND kind = 'TEMPERATURE'
ORDER BY degreeMinutes DESC
LIMIT 50`),
    ),
    table(
      {
        title: 'Lanes and carriers',
        description:
          'Troubles for each hundred shipments that set out in the chosen time or are in trouble: where to ' +
          'look for the cause.',
        width: 12,
        unit: 'short',
        overrides: [{ field: 'perHundred', decimals: 1 }],
      },
      rows(`
SELECT carrier, lane, uniqExact(shipmentId) AS shipped, countIf(worst != '') AS troubles,
       countIf(worst = 'CRITICAL') AS critical, 100 * troubles / shipped AS perHundred
FROM (
  SELECT shipmentId, argMax(carrier, _offset) AS carrier, argMax(lane, _offset) AS lane,
         min(occurredAt) AS setOutAt
  FROM shipments
  GROUP BY shipmentId
) AS watched
LEFT JOIN (SELECT shipmentId, worst, raisedAt FROM (${TROUBLES}
  )
  WHERE $__timeFilter(raisedAt)
) AS trouble USING (shipmentId)
WHERE $__timeFilter(setOutAt) OR worst != ''
GROUP BY carrier, lane
ORDER BY perHundred DESC
LIMIT 50`),
    ),
    table(
      {
        title: 'Sensors that fail',
        description:
          'Sensors that fell silent or were stuck on a value in the chosen time, the most often first.',
        width: 12,
        unit: 'short',
        overrides: [{ field: 'lastAt', unit: 'dateTimeAsIso' }],
      },
      rows(`
SELECT sensor, kind, count() AS times, max(raisedAt) AS lastAt, any(shipmentId) AS shipment
FROM (${TROUBLES}
)
WHERE $__timeFilter(raisedAt) AND kind IN ('SILENT', 'STUCK')
GROUP BY sensor, kind
ORDER BY times DESC, lastAt DESC
LIMIT 50`),
    ),
  ],
}

export const shipmentAlertsDashboard: Dashboard = {
  uid: 'millrace-shipment-alerts',
  title: 'shipment alerts',
  description: 'What is wrong with shipments now, how often and how long it was, and where.',
  from: '7d',
  refresh: '30s',
  variables: [
    clickHouseVariable,
    anyOf('kind', 'Kind', 'SELECT DISTINCT kind FROM shipment_alerts ORDER BY kind'),
  ],
  rows: [now, course, excursions, freshnessRow('shipment-alerts'), setAsideRow('shipment-alerts')],
}
