/** The end of a span: it is counted, learnt from where its bucket ends as well, and told. */
import type { Instant } from '../engine/time.ts'
import { predictedIn } from '../models/demand-bucket.ts'
import { withSpan } from '../models/elasticity-demand.ts'
import { demandCategories } from './demand-observations-category.ts'
import { observationOf } from './demand-observations-row.ts'
import type { ObservationContext, Observations, OpenSpan } from './demand-observations-state.ts'
import {
  bucketOfSpan,
  endsBucket,
  joinBucket,
  learnBucket,
  unlearnt,
} from './demand-observations-steps.ts'
import { skuOf } from './price-pair.ts'

/** Of a span in which the price was known there is a record. */
export const close = (
  span: OpenSpan,
  to: Instant,
  isChange: boolean,
  context: ObservationContext,
  rows: Observations,
): void => {
  const { state, reference, key } = context
  const price = state.price.get()
  const pendingHours = state.pending.get().hours
  if (price === null) state.pending.clear()
  if (price === null || (isNothing(span, to) && !(isChange && pendingHours > 0))) return
  const bucket = bucketOfSpan(span, to, price, state)
  const before = withSpan(state.demand.get(), bucket, span.isInStock)
  const category = reference.products.get(skuOf(key))?.category ?? null
  const { citation, level } = demandCategories(reference.modelParameters, category)
  joinBucket(span, to, state)
  const isOver = isChange || endsBucket(before, to)
  const learning = isOver ? learnBucket(before, price, to, level, state) : unlearnt(before)
  const { demand, isLearnt, reasons } = learning
  const isBucket = pendingHours === 0 && isLearnt
  const predicted = isBucket ? learning.predicted : predictedIn(before, bucket, level)
  state.demand.set(demand)
  const closed = { bucket, price, predicted, demand, isLearnt, reasons, category, citation }
  rows.push(observationOf(closed, context))
}

const isNothing = ({ openedAt, units, views }: OpenSpan, to: Instant): boolean =>
  to <= openedAt && units === 0 && views === 0
