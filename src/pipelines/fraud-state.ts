/**
 * What is kept at each place that an order or a login goes to. All declare the same cells, and those that
 * a place never touches cost it nothing.
 */
import { double, long, nullable, record, string } from '../engine/form.ts'
import type { ScatterContext } from '../engine/pipeline.ts'
import { decayed, recentSet, rollingCount, value } from '../engine/state/index.ts'
import { days, hours, minutes } from '../engine/time.ts'
import { ANOMALY_HALF_LIFE_DAYS } from '../models/anomalous-amount.ts'
import { RISK_HALF_LIFE_DAYS, SHORT_RISK_HALF_LIFE_DAYS } from '../models/label-risk.ts'
import { NO_LABELS } from '../models/last-labels.ts'
import { linkCells } from './fraud-link-cells.ts'

/**
 * The address is where an order goes to. The market keeps what limits of the policy ask of others, and the
 * graph who is linked with whom.
 */
export const FRAUD_PARTS = [
  'user',
  'instrument',
  'device',
  'ip',
  'address',
  'merchant',
  'market',
  'graph',
] as const
export type FraudPart = (typeof FRAUD_PARTS)[number]

const place = nullable(record({ latitude: double, longitude: double, at: long }))
const spell = nullable(record({ firstAt: long, lastAt: long }))
const daily = nullable(record({ day: long, count: long }))

const lastHour = () => rollingCount({ spanMs: hours(1), stepMs: minutes(1) })
const lastDay = (stepMs: number) => rollingCount({ spanMs: days(1), stepMs })
const amountSum = () => decayed({ halfLifeMs: days(30) })
const risk = () => decayed({ halfLifeMs: days(RISK_HALF_LIFE_DAYS) })
const shortRisk = () => decayed({ halfLifeMs: days(SHORT_RISK_HALF_LIFE_DAYS) })

export const fraudState = {
  orders1h: lastHour(),
  orders7d: rollingCount({ spanMs: days(7), stepMs: hours(3) }),
  logins1h: lastHour(),
  logins24h: lastDay(hours(1)),
  declines24h: lastDay(minutes(15)),
  failedLogins1h: lastHour(),
  /** Customers; more than 16 are as telling as 16. */
  users24h: recentSet({ max: 16, spanMs: days(1) }),
  users30d: recentSet({ max: 16, spanMs: days(30) }),
  /** Of a customer. */
  devices: recentSet({ max: 16 }),
  instruments: recentSet({ max: 16 }),
  addresses: recentSet({ max: 16 }),
  methods: recentSet({ max: 8 }),
  orders30d: rollingCount({ spanMs: days(30), stepMs: days(1) }),
  /** Orders that were given back. */
  refunds30d: recentSet({ max: 32, spanMs: days(30) }),
  lastPlace: value(place, null),
  /** Orders and logins, fading: how much is known here. */
  history: decayed({ halfLifeMs: days(30) }),
  /** Number, sum and squares of winsorised amounts, all in the currency of the first. */
  amountWeight: amountSum(),
  amountSum: amountSum(),
  amountSquares: amountSum(),
  amountCurrency: value(nullable(string), null),
  anomalies: decayed({ halfLifeMs: days(ANOMALY_HALF_LIFE_DAYS) }),
  /** What became known of orders, fading from when it did. */
  riskFrauds: risk(),
  riskLabels: risk(),
  shortRiskFrauds: shortRisk(),
  shortRiskLabels: shortRisk(),
  lastLabels: value(long, NO_LABELS),
  fraudSpell: value(spell, null),
  lastFraudAt: value(nullable(long), null),
  /** Of a customer: scores that may freeze the account. */
  highScores24h: lastDay(hours(1)),
  /** Of a market: what the policy's limits count. */
  stopped1h: lastHour(),
  alerts: value(daily, null),
  ...linkCells,
}

export type FraudContext = ScatterContext<typeof fraudState, never, unknown, FraudPart>
export type FraudState = FraudContext['state']
