/**
 * The keys that come most often, among more than can be kept: Space-Saving (Metwally, Agrawal & El Abbadi
 * 2005), over counts of which a half is forgotten every half-life.
 *
 * A newcomer that finds no room takes over the least counter and its count. So a count is never too low,
 * is too high by its error at most, and of a total of N whatever was counted more than N/max times has a
 * counter. Since all counts fade alike, none of this changes as they do.
 */

export interface Counter {
  /** As of `at`. */
  readonly count: number
  /** How much of it may be another key's, whose counter it was before. */
  readonly error: number
  /** ms since 1970 */
  readonly at: number
}

/** A `Map`, or a cell that deals like one. */
export interface Counters {
  readonly size: number
  get(key: string): Counter | undefined
  set(key: string, counter: Counter): unknown
  delete(key: string): unknown
  entries(): Iterable<readonly [key: string, counter: Counter]>
}

/** What is left of a count some time later; earlier than it, what it would have had to be. */
export const faded = (count: number, at: number, now: number, halfLifeMs: number): number =>
  now === at ? count : count * Math.exp((Math.LN2 * (at - now)) / halfLifeMs)

/** Counts a key once. Of keys that are counted alike, the one that is first in order gives way. */
export const countKey = (
  counters: Counters,
  key: string,
  now: number,
  { max, halfLifeMs }: { readonly max: number; readonly halfLifeMs: number },
): void => {
  const own = counters.get(key)
  if (own !== undefined) counters.set(key, oneMore(own, now, halfLifeMs))
  else if (counters.size < max) counters.set(key, { count: 1, error: 0, at: now })
  else {
    const [least, counter] = leastOf(counters, now, halfLifeMs)
    counters.delete(least)
    counters.set(key, oneMore({ ...counter, error: counter.count }, now, halfLifeMs))
  }
}

/** Of an event that comes late only what would be left of it by now is added. */
const oneMore = ({ count, error, at }: Counter, now: number, halfLifeMs: number): Counter => {
  const moment = Math.max(at, now)
  return {
    count: faded(count, at, moment, halfLifeMs) + faded(1, now, moment, halfLifeMs),
    error: faded(error, at, moment, halfLifeMs),
    at: moment,
  }
}

const leastOf = (
  counters: Counters,
  now: number,
  halfLifeMs: number,
): readonly [string, Counter] => {
  let found: readonly [string, Counter] | undefined
  let least = Number.POSITIVE_INFINITY
  for (const entry of counters.entries()) {
    const [, { count, at }] = entry
    const left = faded(count, at, now, halfLifeMs)
    if (left < least) {
      least = left
      found = entry
    }
  }
  return found!
}
