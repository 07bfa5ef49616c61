import { type Arrival, inTotalOrder } from './arrival.ts'

/**
 * Which of several records, each the head of its own source, is taken next: the first in the total
 * order. One that could not be read has no place in it, and is taken at once.
 */
export const firstOfHeads = (heads: readonly (Arrival | undefined)[]): number => {
  let first = -1
  for (let index = 0; index < heads.length; index++) {
    const head = heads[index]
    if (head === undefined) continue
    if (head.event === null) return index
    const best = heads[first]
    if (best === undefined || inTotalOrder(head.event, head.topic, best.event!, best.topic) < 0) {
      first = index
    }
  }
  return first
}

/** Sources, each in its own order, as one: by their heads. */
export const mergedByHeads = (sources: readonly (readonly Arrival[])[]): Arrival[] => {
  const places = sources.map(() => 0)
  const heads = sources.map(source => source[0])
  const merged: Arrival[] = []
  for (;;) {
    const next = firstOfHeads(heads)
    if (next < 0) return merged
    merged.push(heads[next]!)
    places[next]!++
    heads[next] = sources[next]![places[next]!]
  }
}

/** The order of sources where heads are equal: by topic, then partition. */
export const sourceBefore = (
  a: { readonly topic: string; readonly partition: number },
  b: { readonly topic: string; readonly partition: number },
): number => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1)
