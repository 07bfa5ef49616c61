/** The light pipeline of the budget: a count and a value per key, and a small result per event. */

import { long } from '../src/engine/form.ts'
import { definePipeline } from '../src/engine/pipeline.ts'
import { rollingCount, value } from '../src/engine/state/index.ts'
import { days, minutes } from '../src/engine/time.ts'
import { read, type Topic } from '../src/engine/topic.ts'
import { clickstream } from '../src/events.ts'

interface VisitorPace {
  readonly resultId: string
  readonly occurredAt: number
  readonly causeEventId: string | null
  readonly visitorId: string
  readonly clicks10m: number
  readonly clicks: number
}

const visitorPaces: Topic<VisitorPace> = {
  name: 'visitor-paces',
  kind: 'result',
  rank: 99,
  schema: {
    type: 'record',
    name: 'VisitorPace',
    namespace: 'millrace',
    id: 9_001,
    fields: [
      { name: 'resultId', type: 'string' },
      { name: 'occurredAt', type: { type: 'long', logicalType: 'timestamp-millis' } },
      { name: 'causeEventId', type: ['null', 'string'], default: null },
      { name: 'visitorId', type: 'string' },
      { name: 'clicks10m', type: 'double' },
      { name: 'clicks', type: 'long' },
    ],
  },
  keyedBy: ['visitorId'],
  identity: 'resultId',
  fields: null,
}

export const visitorPace = definePipeline({
  id: 'visitor-pace',
  version: 'bench',
  order: 'arrival',
  inputs: {
    click: {
      from: read(clickstream, 'eventId', 'visitorId'),
      key: click => click.visitorId,
      late: 'handle',
    },
  },
  state: {
    recent: rollingCount({ spanMs: minutes(10), stepMs: minutes(1) }),
    clicks: value(long, 0),
  },
  forgetAfterMs: days(30),
  output: visitorPaces,
  on: {
    click(click, { state, now }) {
      state.recent.add(now)
      const clicks = state.clicks.get() + 1
      state.clicks.set(clicks)
      return { visitorId: click.visitorId, clicks10m: state.recent.total(now), clicks }
    },
  },
})
