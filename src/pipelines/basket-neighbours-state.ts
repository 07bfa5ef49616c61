/** What is kept of an article in a market: its own orders, and those of what it is bought with. */
import { array, double, long, nullable, record, string, type ValueOf } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { mapOf } from '../engine/state/map-of.ts'
import { value } from '../engine/state/value.ts'
import type { ModelParameters } from '../events.ts'

/** Of an article, how many others are kept. */
export const OTHERS_MAX = 64

const ownCount = record({ baskets: double, at: long })
/** Orders of the other article, and of them those that this one was in. */
const otherCount = record({ baskets: double, together: double, at: long })

export const basketNeighboursState = {
  own: value(nullable(ownCount), null),
  /** By the other article; one more while the weakest is sought. */
  others: mapOf(otherCount, { max: OTHERS_MAX + 1 }),
  told: value(array(record({ sku: string, shrunkLift: double })), [], { bytesMax: 8_192 }),
}

export type OtherCount = ValueOf<typeof otherCount>

type References = { readonly modelParameters: ModelParameters }
export type BasketNeighboursContext = Context<typeof basketNeighboursState, 'reportDue', References>
