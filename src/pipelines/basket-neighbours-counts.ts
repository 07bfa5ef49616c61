/** Takes what was counted, of the article itself and of another one that it is bought with. */
import type { BasketCount } from '../events.ts'
import { weakestOther } from './basket-neighbours-lift.ts'
import { type BasketNeighboursContext, OTHERS_MAX } from './basket-neighbours-state.ts'
import { skuOf } from './price-pair.ts'

type Count = Pick<BasketCount, 'sku' | 'baskets' | 'neighbours' | 'occurredAt'>

export const noteOwn = (
  { baskets, occurredAt }: Count,
  { state: { own } }: BasketNeighboursContext,
): void => {
  const held = own.get()
  if (held === null || held.at <= occurredAt) own.set({ baskets, at: occurredAt })
}

/** Replaces what was known of the other one. Of those that there is no room for, the weakest goes. */
export const noteOther = (
  { sku, baskets, neighbours, occurredAt }: Count,
  context: BasketNeighboursContext,
): void => {
  const { others } = context.state
  const held = others.get(sku)
  if (held !== undefined && held.at > occurredAt) return
  const own = skuOf(context.key)
  const count = neighbours.find(neighbour => neighbour.sku === own)
  if (count === undefined) return
  // What may have been another article's is not claimed.
  const together = count.baskets - count.error
  others.set(sku, { baskets, together, at: occurredAt })
  if (others.size > OTHERS_MAX) others.delete(weakestOther(context))
}
