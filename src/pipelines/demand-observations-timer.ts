/** When a pair of which nothing is heard is looked at. */
import { murmur2 } from '../engine/hash.ts'
import { seconds } from '../engine/time.ts'
import type { ObservationContext } from './demand-observations-state.ts'
import { shardOf } from './elasticity-population.ts'

const SPREAD_MS = { HOUR: seconds(5), DAY: seconds(60) }
const SHARDS = 64

/**
 * The timer comes a little after the end, of each pair at a moment of its own: a hundred thousand at
 * once would hold everything up. Parts of a category one after the other, as each is written once.
 */
export const awaitEnd = ({ key, state, timers }: ObservationContext): void => {
  const isHourly = state.demand.get().length === 'HOUR'
  const place = (shardOf(key) + ((murmur2(key) >>> 8) & 0xff) / 0x100) / SHARDS
  const spreadMs = Math.floor(place * SPREAD_MS[isHourly ? 'HOUR' : 'DAY'])
  timers.set('bucketEnds', state.span.get().endsAt + spreadMs)
}
