/** Runs pipelines on a broker as one of several processes may, and tells its parent of each commit. */
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { rdkafkaLog } from '../../src/logs/rdkafka-log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { LiveRun } from '../../src/runtime/live/live-run.ts'
import { brokers } from './broker.ts'
import { type LiveNews, type LiveOptions, PIPELINES, renamed } from './live-options.ts'

const options = JSON.parse(process.argv[2]!) as LiveOptions
const { applicationId, guarantee, prefix } = options

const tell = (news: LiveNews): void => {
  if (process.connected) process.send!(news)
}

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()
const log = await rdkafkaLog({
  connection: { brokers: brokers().split(','), compression: 'lz4' },
  guarantee,
  transactionalId: `${applicationId}-${process.pid}`,
  sessionTimeoutMs: options.sessionTimeoutMs,
})
const live = await LiveRun.start({
  applicationId,
  pipelines: [renamed(PIPELINES[options.pipeline], name => `${prefix}-${name}`)],
  log,
  snapshots: fileSnapshots(join(options.dir, applicationId)),
  wallNow: Date.now,
  slices: options.slices,
  guarantee,
  commitIntervalMs: options.commitIntervalMs,
  onSlice: ({ slice, what, tookMs }) =>
    tell({ what: 'slice', slice, is: what, at: Date.now(), tookMs }),
  onCommit: ({ units, committedAt, isAtEnd, records }) => {
    const slices = units.map(({ slice }) => slice)
    tell({ what: 'commit', at: committedAt, slices, records, isAtEnd })
  },
})
process.on('message', () => live.stop('now'))
await live.run()
await log.close()
const { user, system } = process.cpuUsage()
tell({ what: 'left', cpuMicros: user + system, stallMs: delay.max / 1e6 })
process.disconnect()
