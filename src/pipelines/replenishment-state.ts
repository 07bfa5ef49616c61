/** What is kept of an article in a warehouse. */
import { array, boolean, double, long, nullable, record } from '../engine/form.ts'
import type { Context } from '../engine/pipeline.ts'
import { value } from '../engine/state/index.ts'

export const replenishmentState = {
  /** The day that goes on: what was ordered, and how long it was not to be had. */
  day: value(
    nullable(
      record({
        /** Since 1970. */
        number: long,
        units: double,
        outMs: long,
        /** Since when it is sold out; null: it is not, or nobody knows. */
        outSince: nullable(long),
        /** The first day that it was heard of is not. */
        isWhole: boolean,
      }),
    ),
    null,
  ),
  demand: value(
    nullable(
      record({
        days: long,
        censoredDays: long,
        mean: double,
        variance: double,
        zeroShare: double,
        chance: double,
        size: double,
        weekdays: array(double),
      }),
    ),
    null,
  ),
  /** The last count, and what was ordered since. */
  level: value(
    nullable(
      record({
        onHand: long,
        onOrder: long,
        orderedSince: double,
        leadDays: nullable(double),
        leadVariance: double,
      }),
    ),
    null,
  ),
  /** What was told last. */
  told: value(
    nullable(record({ reorderPoint: long, orderQuantity: long, stockoutProbability: double })),
    null,
  ),
}

export type ReplenishmentContext = Context<
  typeof replenishmentState,
  'dayEnds',
  Record<never, never>
>
