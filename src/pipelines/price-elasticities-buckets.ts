/**
 * Buckets: spans of time of one market in which price, promotion and stock stay what they are. They end
 * when one of these changes, and at the end of each day (UTC), of each hour where much is sold.
 */
import type { BodyOf } from '../engine/pipeline.ts'
import { days, hours, type Instant } from '../engine/time.ts'
import type { PriceElasticity } from '../events.ts'
import { NO_DEMAND, observed, usualUnitsPerDay } from '../models/elasticity-demand.ts'
import { tell } from './price-elasticities-result.ts'
import type { ElasticityContext, MarketState } from './price-elasticities-state.ts'
import { isInStock } from './price-elasticities-stock.ts'

type Results = BodyOf<PriceElasticity>[]

const DAY_MS = days(1)

/** Units a day from which buckets are of an hour. */
const HOURLY_FROM = 50
/** A market of which nothing was heard for so long is not told of, until there is something again. */
const QUIET_MS = days(30)

const newMarket = (name: string, state: ElasticityContext['state']): MarketState => ({
  price: null,
  inStock: isInStock(name, state),
  soldOutAt: null,
  heardAt: 0,
  bucket: null,
  demand: NO_DEMAND as MarketState['demand'],
  told: null,
})

/** The market of a record, with an open bucket. */
export const heardOf = (name: string | null, context: ElasticityContext): MarketState => {
  const { state, now } = context
  const market = state.markets.get(name ?? '') ?? newMarket(name ?? '', state)
  const heard = { ...market, heardAt: now }
  return market.bucket === null ? reopened(heard, context) : heard
}

export const keep = (
  name: string | null,
  market: MarketState,
  { state }: ElasticityContext,
): void => state.markets.set(name ?? '', market)

/** Price or stock changed: what was sold before is learnt from, and the next bucket begins. */
export const changed = (
  name: string | null,
  market: MarketState,
  change: Partial<Pick<MarketState, 'price' | 'inStock'>>,
  context: ElasticityContext,
): Results => {
  const results: Results = []
  const next = reopened({ ...learntFrom(market, context.now), ...change }, context)
  keep(name, tell(name ?? '', next, false, context, results), context)
  return results
}

/** Time ends the buckets of all markets that are due; at midnight each that is awake is told of. */
export const endBuckets = (context: ElasticityContext): Results => {
  const results: Results = []
  const isMidnight = context.now % DAY_MS === 0
  for (const [name, market] of context.state.markets.entries()) {
    if (market.bucket === null) continue
    const ended = endBucket(market, market.bucket.endsAt, context)
    // A record of this very moment may have ended the bucket already.
    if (ended === market && !isMidnight) continue
    keep(name, tell(name, ended, isMidnight, context, results), context)
  }
  awaitBucketEnd(context)
  return results
}

const endBucket = (
  market: MarketState,
  endsAt: Instant,
  context: ElasticityContext,
): MarketState => {
  const { now } = context
  const { soldOutAt, heardAt } = market
  if (soldOutAt !== null && soldOutAt <= now) {
    return reopened({ ...learntFrom(market, now), inStock: false, soldOutAt: null }, context)
  }
  if (endsAt > now) return market
  const learnt = learntFrom(market, now)
  return now - heardAt < QUIET_MS ? reopened(learnt, context) : { ...learnt, bucket: null }
}

/** Sets the timer to the first moment at which a bucket of any market ends. */
const awaitBucketEnd = ({ state, timers }: ElasticityContext): void => {
  let first = Number.POSITIVE_INFINITY
  for (const [, { bucket }] of state.markets.entries()) {
    first = Math.min(first, bucket?.endsAt ?? first)
  }
  if (first === Number.POSITIVE_INFINITY) timers.clear('bucketEnds')
  else timers.set('bucketEnds', first)
}

const learntFrom = (market: MarketState, now: Instant): MarketState => {
  const { bucket, price, inStock } = market
  if (bucket === null || price === null || !inStock) return market
  const { openedAt: from, units, views } = bucket
  const demand = observed(market.demand, { from, to: now, units, views, price })
  return { ...market, demand: demand as MarketState['demand'] }
}

const reopened = (market: MarketState, { now, timers }: ElasticityContext): MarketState => {
  const length = usualUnitsPerDay(market.demand) > HOURLY_FROM ? hours(1) : days(1)
  const endsAt = (Math.floor(now / length) + 1) * length
  if (endsAt < (timers.dueAt('bucketEnds') ?? Number.POSITIVE_INFINITY)) {
    timers.set('bucketEnds', endsAt)
  }
  return { ...market, bucket: { openedAt: now, endsAt, units: 0, views: 0 } }
}
