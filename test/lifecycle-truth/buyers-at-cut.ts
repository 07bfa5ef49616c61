/**
 * A shop's history cut in two: what each buyer had done until then, what the pipeline said of them
 * by then, and on which days they bought afterwards.
 *
 *      first order                 cut                       end of the data
 *         |---- lifecycle-segments --|---- what came of it -----|
 */
import { DISORDER_MS } from '../../src/engine/pipeline.ts'
import { days, type Instant, weeks } from '../../src/engine/time.ts'
import {
  type LifecycleSegment,
  type ModelParameters,
  modelParameters,
  type Order,
  orders,
  lifecycleSegments as segments,
} from '../../src/events.ts'
import type { PurchaseParameters, PurchaseSummary } from '../../src/models/mbg-nbd.ts'
import { lifecycleSegments } from '../../src/pipelines/lifecycle-segments.ts'
import type { Importer } from '../../src/sources/public-data/importer.ts'
import { Harness } from '../../src/testing/harness.ts'

/** Somebody who bought before the cut. */
export interface Buyer {
  readonly userId: string
  /** At the cut. */
  readonly summary: PurchaseSummary
  readonly lastAt: Instant
  /** Purchase days (UTC) within a span of time. */
  readonly purchaseDays: (from: Instant, until: Instant) => number
}

/** A buyer with the last that was said of them before the cut. */
export interface JudgedBuyer extends Buyer {
  readonly said: LifecycleSegment
}

export const ordersOf = async (importer: Importer, path: string): Promise<Order[]> => {
  const found: Order[] = []
  for await (const batch of importer.read(path)) {
    for (const { topic, record } of batch)
      if (topic.name === orders.name) found.push(record as Order)
  }
  return found
}

/** Counted here anew, not by the pipeline's code. Neither data set undoes an order it names. */
export const buyersAt = (history: readonly Order[], cutAt: Instant): Buyer[] => {
  const timesOf = new Map<string, Instant[]>()
  for (const { type, userId, occurredAt } of history) {
    if (type !== 'PLACED' || userId === null) continue
    const times = timesOf.get(userId)
    if (times) times.push(occurredAt)
    else timesOf.set(userId, [occurredAt])
  }
  return [...timesOf]
    .filter(([, times]) => times[0]! < cutAt)
    .map(([userId, times]) => buyerOf(userId, times, cutAt))
}

const buyerOf = (userId: string, times: readonly Instant[], cutAt: Instant): Buyer => {
  const firstAt = times[0]!
  const lastAt = times.findLast(at => at < cutAt)!
  const purchaseDays = (from: Instant, until: Instant): number =>
    new Set(times.filter(at => at >= from && at < until).map(at => Math.floor(at / days(1)))).size
  const summary = {
    repeats: purchaseDays(firstAt, cutAt) - 1,
    lastWeeks: (lastAt - firstAt) / weeks(1),
    ageWeeks: (cutAt - firstAt) / weeks(1),
  }
  return { userId, summary, lastAt, purchaseDays }
}

/** Runs the pipeline up to the cut; with parameters, as if they were published before all orders. */
export const judgedAt = (
  history: readonly Order[],
  cutAt: Instant,
  parameters: PurchaseParameters | null = null,
): JudgedBuyer[] => {
  const mill = new Harness([lifecycleSegments], { batchSize: 20_000, mode: 'history' })
  if (parameters) mill.send(modelParameters, publishedAt(history[0]!.occurredAt, cutAt, parameters))
  // Without the articles, which it does not read.
  for (const order of history) {
    if (order.occurredAt < cutAt) mill.send(orders, { ...order, lines: [] })
  }
  mill.advanceTo(cutAt + DISORDER_MS + 1)
  if (mill.dead.length + mill.late.length > 0) throw new Error('an order was refused or set aside')
  const said = lastOfUsers(mill.resultsOf(segments).filter(({ occurredAt }) => occurredAt < cutAt))
  return buyersAt(history, cutAt).map(buyer => ({ ...buyer, said: said.get(buyer.userId)! }))
}

const publishedAt = (
  occurredAt: Instant,
  trainedThrough: Instant,
  parameters: PurchaseParameters,
): ModelParameters => ({
  modelId: 'purchases',
  version: 1,
  occurredAt,
  effectiveAt: null,
  trainedThrough,
  parameters: { ...parameters },
})

const lastOfUsers = (results: readonly LifecycleSegment[]): Map<string, LifecycleSegment> =>
  new Map(results.filter(({ userId }) => userId !== null).map(said => [said.userId!, said]))
