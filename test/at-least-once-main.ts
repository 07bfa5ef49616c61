/** What the test of commits that overlap starts, and kills: runs `scoring` on Kafka at least once. */
import { long } from '../src/engine/form.ts'
import { definePipeline } from '../src/engine/pipeline.ts'
import { value } from '../src/engine/state/index.ts'
import { days } from '../src/engine/time.ts'
import { read } from '../src/engine/topic.ts'
import { fraudScores, orders } from '../src/events.ts'
import { rdkafkaLog } from '../src/logs/rdkafka-log.ts'
import { fileSnapshots } from '../src/logs/snapshots.ts'
import { LiveRun } from '../src/runtime/live/live-run.ts'
import { scoreOf } from '../src/testing/sample-pipelines.ts'
import type { AtLeastOnceOptions } from './at-least-once-process.ts'

const { brokers, prefix, slices, dir }: AtLeastOnceOptions = JSON.parse(process.argv[2]!)

/** A user's orders are partitioned by their own ids, so most of them cross slices. */
const scoring = definePipeline({
  id: 'scoring',
  version: '1',
  order: 'arrival',
  inputs: {
    order: {
      from: read({ ...orders, name: `${prefix}-orders` }, 'orderId', 'userId'),
      key: order => order.userId,
      late: 'handle',
    },
  },
  state: { times: value(long, 0) },
  forgetAfterMs: days(1),
  output: { ...fraudScores, name: `${prefix}-scores` },
  on: {
    order(order, { state }) {
      state.times.set(state.times.get() + 1)
      return scoreOf(order.orderId, state.times.get() % 100)
    },
  },
})

const log = await rdkafkaLog({
  connection: { brokers },
  guarantee: 'at-least-once',
  sessionTimeoutMs: 6_000,
})
const run = await LiveRun.start({
  applicationId: prefix,
  pipelines: [scoring],
  log,
  snapshots: fileSnapshots(dir),
  wallNow: Date.now,
  slices,
  guarantee: 'at-least-once',
  commitIntervalMs: 5,
  onCommit: ({ records }) => void process.stdout.write(`${records}\n`),
})
process.once('SIGTERM', () => run.stop('now'))
await run.run()
await log.close()
