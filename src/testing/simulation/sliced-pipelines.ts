/**
 * Pipelines for simulations in slices, beside the samples: all that may cross slices. `sharing` goes
 * to several keys of one record and cites a policy that takes effect in time; `adding` reads another
 * pipeline's results under keys of its own.
 */
import { double, long } from '../../engine/form.ts'
import { definePipeline } from '../../engine/pipeline.ts'
import { value } from '../../engine/state/index.ts'
import { days, hours } from '../../engine/time.ts'
import { read } from '../../engine/topic.ts'
import { lifecycleSegments, orders, policies, shipmentAlerts, shipmentEtas } from '../../events.ts'

/** Counts the orders of each article, under the policy of their time; 'broken' cannot be counted. */
export const sharing = definePipeline({
  id: 'sharing',
  version: '1',
  order: 'event-time',
  inputs: {
    order: {
      from: read(orders, 'orderId', 'lines', 'market', 'currency'),
      keys: ({ lines }) => lines.map(({ sku }) => sku),
    },
  },
  references: { policies },
  state: { orders: value(long, 0) },
  forgetAfterMs: days(3),
  output: shipmentEtas,
  on: {
    order(_order, { key, state, timers, now, reference }) {
      if (key === 'broken') throw new Error('cannot be counted')
      state.orders.set(state.orders.get() + 1)
      timers.set('silence', now + hours(1))
      return countOf(key, state.orders.get(), reference.policies.get('fraud')?.version ?? 0)
    },
  },
  onTimer: { silence: ({ key, state }) => countOf(key, state.orders.get(), -1) },
})

const countOf = (sku: string, orders: number, policy: number) => ({
  modelVersion: '1',
  reasons: [],
  shipmentId: sku,
  stage: 'ORDERED' as const,
  etaP05: policy,
  etaP50: orders,
  etaP90: 0,
  etaP95: 0,
  promisedAt: null,
  lateProbability: null,
})

/** Adds up what `counting` said, by whether it was even; both by its users and by its timers. */
export const adding = definePipeline({
  id: 'adding',
  version: '1',
  order: 'event-time',
  inputs: {
    segment: {
      from: lifecycleSegments,
      key: segment => (segment.frequency! % 2 === 0 ? 'even' : 'odd'),
    },
  },
  state: { sum: value(double, 0), seen: value(long, 0) },
  forgetAfterMs: days(3),
  output: shipmentAlerts,
  on: {
    segment(segment, { key, state, now }) {
      state.seen.set(state.seen.get() + 1)
      state.sum.set(state.sum.get() * 0.9 + segment.frequency!)
      return {
        modelVersion: '1',
        reasons: [],
        shipmentId: `${key} ${segment.userId}`,
        sensorId: null,
        kind: 'LATE' as const,
        severity: 'WARNING' as const,
        startedAt: now,
        value: state.sum.get(),
        limit: null,
        dwellMs: state.seen.get(),
        degreeMinutes: null,
        meanKineticTemperatureC: null,
        score: null,
      }
    },
  },
})
