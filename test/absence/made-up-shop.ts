/**
 * A shop whose people look and buy for a hundred days, each at a rhythm of their own, and then never
 * again. All chance comes from one seed.
 */
import { days, hours, minutes } from '../../src/engine/time.ts'
import { modelParameters } from '../../src/events.ts'
import type { PurchaseParameters } from '../../src/models/mbg-nbd.ts'
import { type Send, send } from '../../src/testing/script.ts'
import { shopRows } from '../../src/testing/shop-rows.ts'
import { Random } from '../../src/testing/simulation/random.ts'

export const OPENS_AT = Date.UTC(2026, 0, 5)
export const FALLS_SILENT_AT = OPENS_AT + days(100)
export const ENDS_AT = OPENS_AT + days(400)

/** Of a shop where people buy more often than CDs: within 300 days everybody is lost. */
export const PARAMETERS: PurchaseParameters = { r: 0.8, alpha: 3, a: 0.6, b: 1.2 }

/** Of a shop where people buy and leave so slowly that a rate alone would tell after many years. */
export const SLOW_PARAMETERS: PurchaseParameters = { r: 3, alpha: 150, a: 0.05, b: 3 }

/** An event, and when it is in the log: seconds later. */
export interface Happening {
  readonly step: Send
  readonly arrivesAt: number
}

/** Mean days between two purchases; Infinity for somebody who buys once. */
const RHYTHMS = [1, 3, 7, 20, Number.POSITIVE_INFINITY]
/** From here to there one in four is away, who is dormant by then. */
const PAUSE = [days(25), days(92)] as const
const LAG_MS_MAX = 4_000
const COPIED = 0.05

export const madeUpShop = (
  seed: number,
  people: number,
  parameters = PARAMETERS,
): readonly Happening[] => {
  const random = new Random(seed)
  const steps: Send[] = []
  for (let person = 0; person < people; person++) steps.push(...buyerSteps(person, random))
  for (let person = 0; person < people / 4; person++) steps.push(...visitorSteps(person, random))
  const isInTime = ({ record }: Send): boolean => Number(record.occurredAt) < FALLS_SILENT_AT
  return arrivalsOf([published(parameters), ...steps.filter(isInTime)], random)
}

const published = (parameters: PurchaseParameters): Send =>
  send(modelParameters, {
    modelId: 'purchases',
    version: 1,
    occurredAt: OPENS_AT,
    effectiveAt: OPENS_AT,
    trainedThrough: OPENS_AT,
    parameters: { ...parameters },
  })

const buyerSteps = (person: number, random: Random): Send[] => {
  const meanGapDays = RHYTHMS[person % RHYTHMS.length]!
  const isAway = person % 4 === 0
  const steps: Send[] = []
  let at = OPENS_AT + hours(1) + random.upTo(days(20))
  for (let number = 1; at < FALLS_SILENT_AT; number++) {
    if (isAway && at > OPENS_AT + PAUSE[0] && at < OPENS_AT + PAUSE[1]) at = OPENS_AT + PAUSE[1]
    steps.push(...purchaseSteps(at, `buyer-${person}`, number, random))
    at += hours(1) + Math.floor(-Math.log1p(-random.next()) * days(meanGapDays))
  }
  return steps
}

/** A purchase, at times undone, and at times a look at the shop some days later. */
const purchaseSteps = (at: number, who: string, number: number, random: Random): Send[] => {
  const order = [`order-${number}-of-${who}`, `${10 + random.upTo(90)}GBP`] as const
  const steps = [
    shopRows.view(at - minutes(9), who),
    shopRows.cart(at - minutes(4), who),
    shopRows.order(at, who, ...order),
  ]
  const fate = random.next()
  if (fate < 0.06) steps.push(shopRows.cancel(at + hours(3), who, ...order))
  else if (fate < 0.12) steps.push(shopRows.refund(at + days(5), who, ...order))
  if (random.chance(0.3)) steps.push(shopRows.favourite(at + random.upTo(days(9)), who))
  return steps
}

const visitorSteps = (person: number, random: Random): Send[] =>
  Array.from({ length: 1 + random.upTo(5) }, () =>
    shopRows.view(OPENS_AT + random.upTo(days(99)), `visitor:visitor-${person}`),
  )

/** Some seconds out of order, and some of them twice. */
const arrivalsOf = (steps: readonly Send[], random: Random): Happening[] =>
  steps
    .flatMap(step => {
      const arrivesAt = Number(step.record.occurredAt) + random.upTo(LAG_MS_MAX)
      const arrived = { step: { ...step, partition: random.upTo(1) }, arrivesAt }
      const copy = { ...arrived, arrivesAt: arrivesAt + minutes(1) }
      return random.chance(COPIED) ? [arrived, copy] : [arrived]
    })
    .sort((one, other) => one.arrivesAt - other.arrivesAt)
