/** The light pipeline on a broker, as `millrace run` has it in one process, until it has read all. */
import { join } from 'node:path'
import type { Pipeline } from '../../src/engine/pipeline.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { rdkafkaLog } from '../../src/logs/rdkafka-log.ts'
import { fileSnapshots } from '../../src/logs/snapshots.ts'
import { LiveRun } from '../../src/runtime/live/live-run.ts'
import { visitorPace } from '../light-pipeline.ts'
import { brokers } from './broker.ts'
import type { Clicks } from './clicks.ts'

export interface OurPipelineOptions {
  /** A new name: topics and group of the application. */
  readonly applicationId: string
  readonly clicks: Clicks
  readonly guarantee: 'exactly-once' | 'at-least-once'
  readonly commitIntervalMs: number
  readonly commitRecords: number
  readonly dir: string
  /** Called when the first slice has begun. */
  readonly onFirst: () => void
}

export const runOurPipeline = async (options: OurPipelineOptions): Promise<void> => {
  const { applicationId, clicks, guarantee, onFirst } = options
  const log = await rdkafkaLog({
    connection: { brokers: brokers().split(','), compression: 'lz4' },
    guarantee,
    transactionalId: applicationId,
  })
  let taken = 0
  let hasBegun = false
  const live: LiveRun = await LiveRun.start({
    applicationId,
    pipelines: [onTopics(visitorPace, clicks.topic, `${applicationId}-results`)],
    log,
    snapshots: fileSnapshots(join(options.dir, applicationId)),
    wallNow: Date.now,
    slices: clicks.partitions,
    guarantee,
    commitIntervalMs: options.commitIntervalMs,
    commitRecords: options.commitRecords,
    onSlice: ({ what }) => {
      if (what !== 'live' || hasBegun) return
      hasBegun = true
      onFirst()
    },
    onCommit: ({ records }) => {
      taken += records
      if (taken >= clicks.records) live.stop('now')
    },
  })
  await live.run()
  await log.close()
}

/** The same pipeline between other topics, so that each measurement has its own. */
export const onTopics = (pipeline: Pipeline, from: string, to: string): Pipeline => {
  const renamed = (topic: AnyTopic, name: string): AnyTopic => ({ ...topic, name })
  const inputs = Object.entries(pipeline.inputs).map(([name, input]) => [
    name,
    { ...input, from: renamed(input.from, from) },
  ])
  return {
    ...pipeline,
    inputs: Object.fromEntries(inputs) as Pipeline['inputs'],
    output: renamed(pipeline.output, to),
  }
}
