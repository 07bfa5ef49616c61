/**
 * Says when to order more of an article for a warehouse, and how much.
 *
 *   orders, inventory  -- by article and warehouse -->  replenishment-advice
 *
 * Demand is learnt day by day (UTC), from lines that say which warehouse they are sold from; stock is the last
 * count less what was ordered since. There is a record when stock is counted or a day ends and the advice is
 * another: see docs/logistics-model.md. Late records are set aside, as their day was learnt from already.
 */
import { definePipeline } from '../engine/pipeline.ts'
import { days } from '../engine/time.ts'
import { read } from '../engine/topic.ts'
import { replenishmentAdvice as adviceTopic, inventory, orders } from '../events.ts'
import { LEAD_DAYS_MAX } from '../models/demand-ahead.ts'
import { pairOf, skuOf, marketOf as warehouseIn } from './price-pair.ts'
import { countOrdered, endDays, noteOut } from './replenishment-day.ts'
import { adviceNow, REPLENISHMENT_VERSION } from './replenishment-result.ts'
import { type ReplenishmentContext, replenishmentState } from './replenishment-state.ts'

export const replenishmentAdvice = definePipeline({
  id: 'replenishment-advice',
  version: REPLENISHMENT_VERSION,
  order: 'event-time',
  inputs: {
    stock: {
      from: read(inventory, 'sku', 'warehouseId', 'onHand', 'onOrder', 'leadTimeDays'),
      key: level => pairOf(level.sku, level.warehouseId),
    },
    order: {
      from: read(orders, 'orderId', 'type', 'lines'),
      when: order => order.type === 'PLACED' && order.lines.some(isOfWarehouse),
      keys: order =>
        order.lines.filter(isOfWarehouse).map(({ sku, warehouseId }) => pairOf(sku, warehouseId)),
    },
  },
  state: replenishmentState,
  forgetAfterMs: days(400),
  output: adviceTopic,
  on: {
    stock({ onHand, onOrder, leadTimeDays }, context) {
      endDays(context)
      noteOut(onHand === 0, context)
      const level = { onHand, onOrder, orderedSince: 0 }
      context.state.level.set({ ...level, ...leadAfter(leadTimeDays, context) })
      return adviceNow(context)
    },
    order({ lines }, context) {
      endDays(context)
      const [sku, warehouseId] = [skuOf(context.key), warehouseIn(context.key)]
      const ofKey = lines.filter(line => line.sku === sku && line.warehouseId === warehouseId)
      countOrdered(
        ofKey.reduce((units, { quantity }) => units + quantity, 0),
        context,
      )
    },
  },
  onTimer: {
    dayEnds: context => (endDays(context) ? adviceNow(context) : null),
  },
})

const isOfWarehouse = ({ warehouseId }: { readonly warehouseId: string | null }): boolean =>
  warehouseId !== null && warehouseId !== ''

const LEAD_RATE = 0.1

/** What is stated now, and how far it was from what was stated before. */
const leadAfter = (statedDays: number | null, { state }: ReplenishmentContext) => {
  const before = state.level.get()
  const leadDays =
    statedDays === null ? (before?.leadDays ?? null) : Math.min(statedDays, LEAD_DAYS_MAX)
  const variance = before?.leadVariance ?? 0
  if (before === null || before.leadDays === null || leadDays === null) {
    return { leadDays, leadVariance: variance }
  }
  const off = leadDays - before.leadDays
  // Two statements differ by twice the variance of one.
  return { leadDays, leadVariance: variance + LEAD_RATE * (off ** 2 / 2 - variance) }
}
