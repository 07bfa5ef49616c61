/**
 * Buckets: spans of time of one market in which price, promotion and stock stay what they are. They end
 * when one of these changes, and at the end of each day (UTC), of each hour where much is sold.
 */
import type { BodyOf } from '../engine/pipeline.ts'
import { days, hours } from '../engine/time.ts'
import type { PriceElasticity } from '../events.ts'
import { observed } from '../models/demand-bucket.ts'
import { usualUnitsPerDay, withSpan } from '../models/elasticity-demand.ts'
import { demandOf, keptOf, marketOf } from './price-elasticities-market.ts'
import { tell } from './price-elasticities-result.ts'
import type { BucketState, ElasticityContext, MarketState } from './price-elasticities-state.ts'

type Results = BodyOf<PriceElasticity>[]

const DAY_MS = days(1)
/** Units a day from which buckets are of an hour. */
const HOURLY_FROM = 50
/**
 * A market of which nothing was heard for so long falls asleep: its bucket lasts until the next
 * record, which says that nothing was sold all the while.
 */
const ASLEEP_AFTER_MS = days(1)
/** After a longer silence the article may not have been on sale, so nothing is learnt from it. */
const SILENCE_MAX_MS = days(30)
/** The end of a bucket that lasts until the next record: beyond every instant. */
const OPEN_END = 2 ** 52 - 1

/** Counts a record of a market in its bucket, opening one where there is none. */
export const count = (
  market: string | null,
  units: number,
  views: number,
  context: ElasticityContext,
): BucketState => {
  const { state, now } = context
  const name = market ?? ''
  wake(name, context)
  const open = state.buckets.get(name) ?? opened(marketOf(name, state), now, context)
  const counted = { ...open, heardAt: now, units: open.units + units, views: open.views + views }
  state.buckets.set(name, counted)
  return counted
}

/** Ends the bucket of a market that was asleep. To be called before the market is looked at. */
export const wake = (market: string | null, context: ElasticityContext): void => {
  const { state, now } = context
  const name = market ?? ''
  const bucket = state.buckets.get(name)
  if (bucket?.endsAt !== OPEN_END) return
  const before = marketOf(name, state)
  const isShort = now - bucket.heardAt <= SILENCE_MAX_MS
  const after = isShort ? learntFrom(before, bucket, context) : before
  state.buckets.set(name, opened(after, now, context))
  if (after !== before) state.markets.set(name, after)
}

/** Price or stock changes: what was sold before is learnt from, and the next bucket begins. */
export const change = (
  market: MarketState,
  to: Partial<Pick<MarketState, 'price' | 'inStock'>>,
  name: string | null,
  context: ElasticityContext,
): Results => {
  const { state, now } = context
  const results: Results = []
  const ended = count(name, 0, 0, context)
  const next = { ...learntFrom(market, ended, context), ...to }
  state.buckets.set(name ?? '', opened(next, now, context))
  state.markets.set(name ?? '', tell(name ?? '', next, false, context, results))
  return results
}

/** Time ends the buckets of all markets that are due; at midnight each is told that was heard of. */
export const endBuckets = (context: ElasticityContext): Results => {
  const { state, now } = context
  const results: Results = []
  const isMidnight = now % DAY_MS === 0
  for (const [name, bucket] of state.buckets.entries()) {
    if (bucket.endsAt === OPEN_END) continue
    const market = marketOf(name, state)
    const next = isOver(bucket, market, context) ? end(name, bucket, market, context) : market
    // A record of this very moment may have ended the bucket already; told of it is all the same.
    const isDaily = isMidnight && bucket.heardAt >= now - DAY_MS
    if (next === market && !isDaily) continue
    const told = tell(name, next, isDaily, context, results)
    // A market that was only looked at takes no room beside its bucket.
    if (state.markets.has(name)) state.markets.set(name, told)
  }
  awaitBucketEnd(context)
  return results
}

const isOver = (
  { endsAt }: BucketState,
  { soldOutAt }: MarketState,
  { now }: ElasticityContext,
): boolean => endsAt <= now || soldOutAt !== null

const end = (
  name: string,
  bucket: BucketState,
  market: MarketState,
  context: ElasticityContext,
): MarketState => {
  const { state, now } = context
  const next = { ...learntFrom(market, bucket, context), ...stockAfter(market) }
  const { heardAt } = bucket
  const following = opened(next, heardAt, context)
  const isAsleep = now - heardAt >= ASLEEP_AFTER_MS
  state.buckets.set(name, isAsleep ? { ...following, endsAt: OPEN_END } : following)
  return next
}

const stockAfter = ({ inStock, soldOutAt }: MarketState) => ({
  inStock: inStock && soldOutAt === null,
  soldOutAt: null,
})

const learntFrom = (
  market: MarketState,
  { openedAt: from, units, views }: BucketState,
  { now }: ElasticityContext,
): MarketState => {
  const { price, inStock } = market
  if (price === null || !inStock) return market
  const span = { from, to: now, units, views }
  const bucket = { ...span, hours: (now - from) / hours(1), price, competitorMinor: null }
  const { demand } = observed(withSpan(demandOf(market), span, true), bucket)
  return { ...market, demand: keptOf(demand) }
}

const opened = (
  market: MarketState,
  heardAt: number,
  { now, timers }: ElasticityContext,
): BucketState => {
  const length = usualUnitsPerDay(demandOf(market)) > HOURLY_FROM ? hours(1) : DAY_MS
  const endsAt = (Math.floor(now / length) + 1) * length
  if (endsAt < (timers.dueAt('bucketEnds') ?? Number.POSITIVE_INFINITY)) {
    timers.set('bucketEnds', endsAt)
  }
  return { openedAt: now, endsAt, heardAt, units: 0, views: 0 }
}

/** Sets the timer to the first moment at which a bucket of any market ends. */
const awaitBucketEnd = ({ state, timers }: ElasticityContext): void => {
  let first = Number.POSITIVE_INFINITY
  for (const [, { endsAt }] of state.buckets.entries()) first = Math.min(first, endsAt)
  if (first >= OPEN_END) timers.clear('bucketEnds')
  else timers.set('bucketEnds', first)
}
