import { type EngineFields, inTotalOrder } from './arrival.ts'
import type { AnyTopic } from './topic.ts'

/** A record, as far as its place among others goes. */
export interface Head {
  readonly topic: AnyTopic | null
  /** null where it has no place in the total order. */
  readonly event: EngineFields | null
}

/**
 * Which of several records, each the head of its own source, is taken next: the first in the total
 * order. One that could not be read has no place in it, nor has a parcel: they are taken at once.
 */
export const firstOfHeads = (heads: readonly (Head | undefined)[]): number => {
  let first = -1
  for (let index = 0; index < heads.length; index++) {
    const head = heads[index]
    if (head === undefined) continue
    if (head.event === null) return index
    const best = heads[first]
    if (best === undefined || inTotalOrder(head.event, head.topic!, best.event!, best.topic!) < 0) {
      first = index
    }
  }
  return first
}

/** Sources, each in its own order, as one: by their heads. */
export const mergedByHeads = <H extends Head>(sources: readonly (readonly H[])[]): H[] => {
  const places = sources.map(() => 0)
  const heads = sources.map(source => source[0])
  const merged: H[] = []
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
