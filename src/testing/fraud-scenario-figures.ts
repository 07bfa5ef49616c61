/**
 * Which frauds of the simulated shop were caught, with which reason first, and how many honest customers
 * were taken for them.
 */
import type { FraudScore } from '../events.ts'
import { ACCOUNTS_PER_RING, ORDERS_PER_SPREE, TESTS_PER_BURST } from './shop/frauds.ts'
import { FRAUD_KINDS, type FraudKind, type OrderPlan } from './shop/order-plan.ts'
import type { Shop } from './shop/shop.ts'
import { BURNT_ORDERS, RETURNED_ORDERS } from './shop/slow-frauds.ts'

/** What may be the first reason where a fraud is first seen through. */
export const TELLING: Readonly<Record<FraudKind, readonly string[]>> = {
  CARD_TESTING: ['MANY_ATTEMPTS', 'RECENT_DECLINES'],
  SPREE: ['MANY_ATTEMPTS', 'UNUSUAL_AMOUNT', 'SHARED_INSTRUMENT'],
  TAKEOVER: ['IMPOSSIBLE_TRAVEL', 'FAILED_LOGINS', 'UNUSUAL_AMOUNT'],
  RING: ['SHARED_DEVICE'],
  REFUND_ABUSE: ['REFUND_HABIT'],
  SLOW_BURN: ['STEADY_BURN'],
}

export interface ScenarioFigures {
  readonly incidents: number
  readonly caught: number
  /** Of those that were caught, where the first reason was a telling one. */
  readonly rightReason: number
  /**
   * Of those that were caught, where a telling reason was the first one as soon as it was any: a fraud that is
   * caught before there is anything telling has none, until one of its orders shows it.
   */
  readonly named: number
  /** Orders of those that were caught, up to the one, or the login, that something was done about. */
  readonly ordersUntilCaught: number
  readonly orders: number
  readonly ordersAllowed: number
  /** Honest orders and logins that something was done about, with such a reason first. */
  readonly falseAlarms: number
}

export interface ScenarioRun {
  readonly byKind: Readonly<Record<FraudKind, ScenarioFigures>>
  readonly honest: number
  readonly falseAlarms: number
  /** Of the honest: held, declined or frozen. */
  readonly falseStops: number
  /** By first reason: where a fraud was first seen through, and where an honest customer was. */
  readonly firstReasons: Readonly<Record<FraudKind, ReadonlyMap<string, number>>>
  readonly falseReasons: ReadonlyMap<string, number>
}

/** Where what is scored came from, by the subject of its score. */
export type Told = ReadonlyMap<string, string | null>

/** One fraud, from its first order to its last: all of one device. */
interface Incident {
  readonly kind: FraudKind
  orders: number
  allowed: number
  caughtAfter: number | null
  firstReason: string | null
  /** Whether a telling reason came first when it was given for the first time; null: none was given yet. */
  isNamed: boolean | null
}

export const judged = (made: Shop, told: Told, scores: readonly FraudScore[]): ScenarioRun => {
  const incidents = new Map<string, Incident>()
  const falseReasons = new Map<string, number>()
  let [honest, falseStops] = [0, 0]
  const kinds = kindsByDevice(made, told)
  for (const score of scores) {
    const deviceId = told.get(score.subjectId) ?? ''
    const plan = score.subjectType === 'ORDER' ? made.truth.orderOf(score.subjectId) : null
    const kind = kinds.get(deviceId)
    if (kind !== undefined && isOfFraud(score, plan)) {
      note(incidentOf(incidents, deviceId, kind), score)
      continue
    }
    honest++
    if (score.action === 'ALLOW') continue
    if (score.action !== 'STEP_UP') falseStops++
    add(falseReasons, score.reasons[0]!.code)
  }
  return { ...summed([...incidents.values()], falseReasons), honest, falseStops, falseReasons }
}

/** Frauds act from devices of their own, so a login is told by its device. */
const kindsByDevice = (made: Shop, told: Told): ReadonlyMap<string, FraudKind> => {
  const kinds = new Map<string, FraudKind>()
  for (const [subjectId, deviceId] of told) {
    const kind = made.truth.fraudOf(subjectId)
    if (kind !== null && deviceId !== null) kinds.set(deviceId, kind)
  }
  return kinds
}

const isOfFraud = (score: FraudScore, plan: OrderPlan | null): boolean =>
  score.subjectType === 'LOGIN' || plan?.fraud != null

const incidentOf = (
  incidents: Map<string, Incident>,
  deviceId: string,
  kind: FraudKind,
): Incident => {
  const known = incidents.get(deviceId)
  if (known) return known
  const incident = {
    kind,
    orders: 0,
    allowed: 0,
    caughtAfter: null,
    firstReason: null,
    isNamed: null,
  }
  incidents.set(deviceId, incident)
  return incident
}

const note = (incident: Incident, { subjectType, action, reasons }: FraudScore): void => {
  if (subjectType === 'ORDER') {
    incident.orders++
    if (action === 'ALLOW') incident.allowed++
  }
  if (action === 'ALLOW') return
  const telling = TELLING[incident.kind]
  if (incident.isNamed === null && reasons.some(({ code }) => telling.includes(code)))
    incident.isNamed = telling.includes(reasons[0]!.code)
  if (incident.caughtAfter !== null) return
  incident.caughtAfter = incident.orders
  incident.firstReason = reasons[0]!.code
}

/** One that the end of the run cuts off may not have shown itself yet. */
const ORDERS_OF: Readonly<Record<FraudKind, number>> = {
  CARD_TESTING: TESTS_PER_BURST,
  SPREE: ORDERS_PER_SPREE,
  TAKEOVER: 1,
  RING: ACCOUNTS_PER_RING,
  REFUND_ABUSE: RETURNED_ORDERS,
  SLOW_BURN: BURNT_ORDERS,
}

const summed = (incidents: readonly Incident[], falseReasons: ReadonlyMap<string, number>) => {
  const of = (kind: FraudKind) =>
    incidents.filter(each => each.kind === kind && each.orders === ORDERS_OF[kind])
  const reasonsOf = (kind: FraudKind) => {
    const reasons = new Map<string, number>()
    for (const { firstReason } of of(kind)) if (firstReason !== null) add(reasons, firstReason)
    return reasons
  }
  return {
    byKind: byKind(kind => figuresOf(kind, of(kind), falseReasons)),
    firstReasons: byKind(reasonsOf),
    falseAlarms: sum([...falseReasons.values()]),
  }
}

const figuresOf = (
  kind: FraudKind,
  incidents: readonly Incident[],
  falseReasons: ReadonlyMap<string, number>,
): ScenarioFigures => {
  const caught = incidents.filter(({ caughtAfter }) => caughtAfter !== null)
  const telling = TELLING[kind]
  return {
    incidents: incidents.length,
    caught: caught.length,
    rightReason: caught.filter(({ firstReason }) => telling.includes(firstReason!)).length,
    named: caught.filter(({ isNamed }) => isNamed).length,
    ordersUntilCaught: sum(caught.map(({ caughtAfter }) => caughtAfter!)),
    orders: sum(incidents.map(({ orders }) => orders)),
    ordersAllowed: sum(incidents.map(({ allowed }) => allowed)),
    falseAlarms: sum(telling.map(code => falseReasons.get(code) ?? 0)),
  }
}

const byKind = <T>(of: (kind: FraudKind) => T): Record<FraudKind, T> =>
  Object.fromEntries(FRAUD_KINDS.map(kind => [kind, of(kind)])) as Record<FraudKind, T>

const add = (counts: Map<string, number>, code: string): void => {
  counts.set(code, (counts.get(code) ?? 0) + 1)
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)
