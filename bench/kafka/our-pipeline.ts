/** The light pipeline on a broker, as `millrace run` has it in one process, until it has read all. */
import { join } from 'node:path'
import type { CommitUnit } from '../../src/engine/commit.ts'
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
  /** Whether the pipeline's key is another than the topic's, so that records cross slices. */
  readonly crosses: boolean
  readonly commitIntervalMs: number
  readonly commitRecords: number
  readonly dir: string
  /** Called when all slices have begun: from here on it is measured. */
  readonly onBegun: (recordsBefore: number) => void
  /** Called behind the commit of the last record. */
  readonly onDone: () => void
}

export const runOurPipeline = async (options: OurPipelineOptions): Promise<void> => {
  const { applicationId, clicks, guarantee } = options
  const log = await rdkafkaLog({
    connection: { brokers: brokers().split(','), compression: 'lz4' },
    guarantee,
    transactionalId: applicationId,
  })
  const pipeline = options.crosses ? byAnotherKey : visitorPace
  const progress = new Progress(clicks)
  let open = clicks.partitions
  const live: LiveRun = await LiveRun.start({
    applicationId,
    pipelines: [onTopics(pipeline, clicks.topic, `${applicationId}-results`)],
    log,
    snapshots: fileSnapshots(join(options.dir, applicationId)),
    wallNow: Date.now,
    slices: clicks.partitions,
    guarantee,
    commitIntervalMs: options.commitIntervalMs,
    commitRecords: options.commitRecords,
    onSlice: ({ what }) => {
      if (what === 'live' && --open === 0) options.onBegun(progress.records)
    },
    onCommit: ({ units, isAtEnd }) => {
      progress.add(units)
      if (progress.records < clicks.records || (options.crosses && !isAtEnd)) return
      options.onDone()
      live.stop('now')
    },
  })
  await live.run()
  await log.close()
}

/** How far the sources were read: parcels between slices are records, too, and are not counted. */
class Progress {
  readonly #topic: string
  readonly #next = new Map<number, number>()

  constructor({ topic }: Clicks) {
    this.#topic = topic
  }

  add(units: readonly { readonly unit: CommitUnit }[]): void {
    for (const { unit } of units) {
      for (const { topic, partition, last } of unit.journal.ranges) {
        if (topic === this.#topic) this.#next.set(partition, last + 1)
      }
    }
  }

  /** Their producer has no transactions, so every offset is a record. */
  get records(): number {
    return [...this.#next.values()].reduce((sum, next) => sum + next, 0)
  }
}

const byAnotherKey: Pipeline = {
  ...visitorPace,
  inputs: {
    click: {
      ...visitorPace.inputs.click!,
      key: (click: { visitorId: string }) => `another-${click.visitorId}`,
    },
  },
} as Pipeline

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
