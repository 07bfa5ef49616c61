/**
 * What is kept at each place that an order or a login goes to: the customer, the instrument, the
 * device, the address. All declare the same cells, and those that a place never touches cost it
 * nothing.
 */
import { double, long, nullable, record, string } from '../engine/form.ts'
import type { ScatterContext } from '../engine/pipeline.ts'
import { decayed, recentSet, rollingCount, value } from '../engine/state/index.ts'
import { days, hours, minutes } from '../engine/time.ts'

export const FRAUD_PARTS = ['user', 'instrument', 'device', 'ip'] as const
export type FraudPart = (typeof FRAUD_PARTS)[number]

const place = nullable(record({ latitude: double, longitude: double, at: long }))

const lastHour = () => rollingCount({ spanMs: hours(1), stepMs: minutes(1) })
const lastDay = () => rollingCount({ spanMs: hours(24), stepMs: hours(1) })
const amountSum = () => decayed({ halfLifeMs: days(30) })

export const fraudState = {
  orders1h: lastHour(),
  orders24h: lastDay(),
  logins1h: lastHour(),
  logins24h: lastDay(),
  declines1h: lastHour(),
  declines24h: lastDay(),
  failedLogins1h: lastHour(),
  /** Customers of a device, an address or an instrument; more than 16 are as telling as 16. */
  users: recentSet({ max: 16, spanMs: hours(24) }),
  /** Devices of a customer. */
  devices: recentSet({ max: 16 }),
  /** Orders and logins, fading: how much is known here. */
  history: decayed({ halfLifeMs: days(30) }),
  /** Number, sum and squares of winsorised amounts, all in the currency of the first. */
  amountWeight: amountSum(),
  amountSum: amountSum(),
  amountSquares: amountSum(),
  amountCurrency: value(nullable(string), null),
  lastPlace: value(place, null),
}

export type FraudContext = ScatterContext<typeof fraudState, never, unknown, FraudPart>
export type FraudState = FraudContext['state']
