/**
 * What is true of a buyer at any moment, by the formulas as they are printed, from the whole list of
 * what happened: slowly, and without solving for anything.
 */
import { days } from '../../src/engine/time.ts'
import type { PurchaseParameters } from '../../src/models/mbg-nbd.ts'
import type { Send } from '../../src/testing/script.ts'

/** What one person did, in order of time. */
export type Story = readonly Send[]

/** Of each person under the key of their results: a user, else a visitor. */
export const storiesOf = (steps: readonly Send[]): ReadonlyMap<string, Story> => {
  const stories = new Map<string, Map<unknown, Send>>()
  for (const step of steps) {
    const { eventId, userId, visitorId } = step.record
    if (eventId === undefined) continue
    const key = userId === undefined ? `VISITOR:${visitorId}` : `USER:${userId}`
    const known = stories.get(key) ?? new Map<unknown, Send>()
    stories.set(key, known.set(eventId, step))
  }
  return new Map([...stories].map(([key, story]) => [key, inOrder([...story.values()])]))
}

export const timeOf = ({ record }: Send): number => Number(record.occurredAt)

const inOrder = (steps: readonly Send[]): Story =>
  [...steps].sort((one, other) => timeOf(one) - timeOf(other))

/** When each purchase was made that was not undone. */
export const purchasesIn = (story: Story): readonly number[] => {
  const of = (...types: string[]): Story =>
    story.filter(({ record }) => types.includes(String(record.type)))
  const undone = new Set(of('CANCELLED', 'REFUNDED').map(({ record }) => record.orderId))
  return of('PLACED')
    .filter(({ record }) => !undone.has(record.orderId))
    .map(timeOf)
}

/** The activity of somebody silent at `at`, after all that is in the story. */
export const printedActivity = (
  story: Story,
  parameters: PurchaseParameters,
  at: number,
): string => {
  const purchases = purchasesIn(story)
  if (purchases.length === 0) return byAbsence(at - timeOf(story.at(-1)!))
  const returnedAt = lastReturnIn(purchases, parameters)
  if (at - returnedAt < days(30)) return 'REACTIVATED'
  return byRhythm(printedRatio(purchases, parameters, at), at - purchases.at(-1)!)
}

const byAbsence = (ms: number): string => {
  if (ms >= days(180)) return 'LOST'
  if (ms >= days(90)) return 'DORMANT'
  return ms >= days(30) ? 'AT_RISK' : 'ACTIVE'
}

const byRhythm = (ratio: number, silentMs: number): string => {
  if (ratio <= 0.05 || silentMs >= days(730)) return 'LOST'
  if (ratio <= 0.2 || silentMs >= days(540)) return 'DORMANT'
  return ratio <= 0.5 || silentMs >= days(365) ? 'AT_RISK' : 'ACTIVE'
}

/** The last purchase that came after a dormant time; long ago where none did. */
const lastReturnIn = (purchases: readonly number[], parameters: PurchaseParameters): number =>
  purchases.findLast((at, index) => {
    const before = purchases.slice(0, index)
    return index > 0 && printedRatio(before, parameters, at) <= 0.2
  }) ?? Number.NEGATIVE_INFINITY

/** The rate of purchases to expect at `at`, of that just after the last one. */
const printedRatio = (
  purchases: readonly number[],
  { r, alpha, a, b }: PurchaseParameters,
  at: number,
): number => {
  const [first, last] = [purchases[0]!, purchases.at(-1)!]
  const x = new Set(purchases.map(each => Math.floor(each / days(1)))).size - 1
  const tx = (last - first) / days(7)
  const aliveAt = (T: number) => 1 / (1 + (a / (b + x)) * ((alpha + T) / (alpha + tx)) ** (r + x))
  const rateAt = (T: number) => aliveAt(T) / (alpha + T)
  return rateAt((at - first) / days(7)) / rateAt(tx)
}
