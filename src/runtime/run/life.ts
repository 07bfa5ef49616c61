/** One life of a process: the log, the pipelines on it, and the tables, from opening to closing. */

import { setTimeout as wait } from 'node:timers/promises'
import { applicationTopicWarnings } from '../../logs/application-topics.ts'
import type { Log } from '../../logs/log.ts'
import type { SchemaSource } from '../../logs/registry/schema-source.ts'
import { fileSnapshots } from '../../logs/snapshots.ts'
import { sparedSnapshots } from '../../logs/spared-snapshots.ts'
import { addressOf, type ClickHouseAddress } from '../../sinks/clickhouse/client.ts'
import type { Config } from '../config/config-schema.ts'
import { configuredFormat } from '../config/configured-format.ts'
import { defined } from '../config/defined.ts'
import { tlsOf } from '../config/kafka-connection.ts'
import { openDataDirectory } from '../data-directory.ts'
import { type LiveLearners, startLearners } from '../learning/live-learners.ts'
import { LiveRun } from '../live/live-run.ts'
import type { SliceEvent } from '../live/live-run-options.ts'
import { drainTables } from '../tables/drain-tables.ts'
import { openTables, type Tables } from '../tables/tables.ts'
import { BackgroundTables } from './background-tables.ts'
import { chosenLearners, chosenPipelines } from './chosen-pipelines.ts'
import { LogWatch, WATCH_TICK_MS } from './log-watch.ts'
import { type OpenLogOptions, openLearnersLog, openRunLog, openSinkLog } from './open-log.ts'
import { resultsOfOthers } from './results-of-others.ts'
import type { RunMeter } from './run-meter.ts'
import type { RunProcessOptions } from './run-process-options.ts'
import { provideSourceTopics, sourcesOf, topicSettingsOf } from './source-topics.ts'

const LOOK_INTERVAL_MS = 5_000
/** A backlog may be long, and is another process's, or the next start's. */
const DRAIN_TABLES_MS = 5_000

/** Once for all processes. */
const tellOfTopics = async ({ config, say }: RunProcessOptions, log: Log): Promise<void> => {
  const { application, partitions } = config
  const pipelines = chosenPipelines(config)
  for (const warning of await applicationTopicWarnings(log, application, pipelines, partitions)) {
    say(warning)
  }
}

/** Before this application writes any. */
const tellOfResults = async ({ config, say }: RunProcessOptions, log: Log): Promise<void> => {
  const warning = await resultsOfOthers(log, config.application, chosenPipelines(config))
  if (warning !== null) say(warning)
}

interface Parts extends Pick<Life, 'watch' | 'live' | 'learners' | 'tables'> {
  readonly fatal: Promise<never>
}

export class Life {
  readonly watch: LogWatch
  readonly live: LiveRun
  /** null where the pipelines feed none. */
  readonly learners: LiveLearners | null
  /** null where no ClickHouse is configured. */
  readonly tables: BackgroundTables | null
  /** Rejects where a log can be used no more. */
  readonly #fatal: Promise<never>
  /** What is waited for, once it ends. */
  ending = 'the last commit'
  readonly #meter: RunMeter
  readonly #options: RunProcessOptions
  #isLooking = false
  #lagTrouble: string | null = null

  private constructor(
    options: RunProcessOptions,
    meter: RunMeter,
    { watch, live, learners, tables, fatal }: Parts,
  ) {
    this.#options = options
    this.#meter = meter
    this.watch = watch
    this.live = live
    this.learners = learners
    this.tables = tables
    this.#fatal = fatal
  }

  /** Opens all, and brings the state back. Closes what it has opened where the rest fails. */
  static async open(
    options: RunProcessOptions,
    meter: RunMeter,
    schemas: SchemaSource | null,
  ): Promise<Life> {
    let onFatal = (_error: Error): void => {}
    const fatal = new Promise<never>((_resolve, reject) => {
      onFatal = reject
    })
    // Whoever runs this life hears of it; before that, the next call of the log does.
    fatal.catch(() => {})
    const watch = watchOf(options, meter, await openRunLog({ ...options, schemas, onFatal }))
    const { log } = watch
    try {
      if (options.index === 0) await tellOfResults(options, log)
      const live = await openLive(options, log, meter, schemas)
      if (options.index === 0) await tellOfTopics(options, log)
      const learners = await learnersBeside({ ...options, schemas, onFatal }, log, meter)
      const tables = options.config.sinks.clickhouse
        ? tablesBeside({ ...options, schemas, onFatal }, log, meter)
        : null
      return new Life(options, meter, { watch, live, learners, tables, fatal })
    } catch (error) {
      watch.stop()
      await log.close().catch(() => {})
      throw error
    }
  }

  /** Until `stopped` resolves and all is committed that was taken in. Fails as the first part does. */
  async run(stopped: Promise<unknown>): Promise<void> {
    const { live, learners, tables } = this
    const failure = Promise.race([
      this.#fatal,
      tables?.failure ?? NEVER,
      learners?.failure ?? NEVER,
    ])
    failure.catch(() => {})
    const computing = live.run()
    const looking = setInterval(() => void this.#look(), LOOK_INTERVAL_MS)
    const watching = setInterval(() => this.watch.tick(), WATCH_TICK_MS)
    try {
      await Promise.race([stopped, computing, failure])
      live.stop('now')
      // What it fails with is told when all is closed.
      learners?.stop().catch(() => {})
      await Promise.race([computing, failure])
      if (tables) await this.#drain(tables)
    } finally {
      clearInterval(looking)
      clearInterval(watching)
      this.watch.stop()
      live.stop('now')
      await computing.catch(() => {})
    }
  }

  /** On Kafka the tables have a log of their own, and both are closed side by side. */
  async close(): Promise<void> {
    this.ending = 'closing the log'
    const tables = this.tables?.stop() ?? Promise.resolve()
    const learners = this.learners?.stop() ?? Promise.resolve()
    if (this.#options.config.log.client === 'lmdb') await Promise.allSettled([tables, learners])
    const closed = await Promise.allSettled([tables, learners, this.watch.log.close()])
    for (const each of closed) if (each.status === 'rejected') throw each.reason
  }

  async #drain(background: BackgroundTables): Promise<void> {
    const { say, config } = this.#options
    // On Kafka others go on with them; embedded, nobody does.
    const tables = config.log.client === 'lmdb' ? await background.opened() : background.tables
    if (!tables) return say(`the tables are left for the next start: ${background.trouble}`)
    this.ending = 'draining the tables'
    const drained = drainTables(tables.sink, { ...this.#options, isStopped: () => true })
    drained.catch(() => {})
    const isDrained = await Promise.race([drained.then(() => true), wait(DRAIN_TABLES_MS, false)])
    if (!isDrained) say('the tables are behind, and go on from there at the next start')
  }

  /** Why the log does not say what is in it; null where it does. */
  get trouble(): string | null {
    return this.watch.trouble ?? this.#lagTrouble
  }

  /** One after the other: brokers that are away are asked once, by whoever watches the log. */
  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    const { watch, live, tables } = this
    try {
      this.#meter.sample(live)
      if (watch.trouble !== null) return this.#meter.lagLost()
      await this.#meter.look(live, watch.log, tables?.tables ?? null)
      this.#lagTrouble = null
    } catch (error) {
      this.#meter.lagLost()
      this.#lagIsLost((error as Error).message)
    } finally {
      this.#isLooking = false
    }
  }

  /** Said once, until it is known again; by whoever watches the log where that does not answer at all. */
  #lagIsLost(why: string): void {
    const isTold = this.#lagTrouble !== null || this.watch.isOver || this.watch.trouble !== null
    this.#lagTrouble = `lag is not known: ${why}`
    if (!isTold) this.#options.say(this.#lagTrouble)
  }
}

/** What it asks for is there, and is not written by this application. */
const watchOf = ({ config, say }: RunProcessOptions, { metrics }: RunMeter, log: Log): LogWatch => {
  const { client, brokers } = config.log
  return new LogWatch(log, {
    who: client === 'lmdb' ? 'the log' : `Kafka at ${brokers!.join(', ')}`,
    asked: { topic: sourcesOf(chosenPipelines(config))[0]!, partition: 0 },
    say,
    onConnected: isConnected => metrics.logConnected(isConnected),
  })
}

const openLive = async (
  { config, wallNow, say }: RunProcessOptions,
  log: Log,
  meter: RunMeter,
  schemas: SchemaSource | null,
): Promise<LiveRun> => {
  const pipelines = chosenPipelines(config)
  await provideSourceTopics(log, config, pipelines)
  const directory = await openDataDirectory(config.data, config.application)
  const snapshots = fileSnapshots(directory.snapshots)
  meter.begin()
  const live: LiveRun = await LiveRun.start({
    applicationId: config.application,
    pipelines,
    log,
    snapshots: log.cleansItself ? sparedSnapshots(snapshots, say) : snapshots,
    wallNow,
    snapshotBytesMin: config.snapshotBytesMin,
    commitIntervalMs: config.commitIntervalMs,
    commitRecords: config.commitRecords,
    idleTimeoutMs: config.idleTimeoutMs,
    slices: config.log.client === 'lmdb' ? 1 : config.partitions,
    guarantee: config.guarantee,
    formatOf: topic => configuredFormat(config, topic),
    ...(schemas ? { writers: schemas.writers } : {}),
    onCommit: commit => meter.committed(commit),
    onSlice: event => {
      meter.moved(event)
      if (event.what === 'live') meter.sample(live)
      say(sentenceOf(event))
    },
  })
  return live
}

const sentenceOf = ({ slice, what, tookMs }: SliceEvent): string =>
  what === 'assigned' || what === 'revoked'
    ? `slice ${slice} ${what}`
    : `slice ${slice} ${what} after ${tookMs} ms`

/** Their log is opened and closed with them. */
const learnersBeside = async (
  options: OpenLogOptions,
  runLog: Log,
  { metrics }: RunMeter,
): Promise<LiveLearners | null> => {
  const { config, say, schemas } = options
  const learners = chosenLearners(config)
  if (learners.length === 0) return null
  const log = await openLearnersLog(options, runLog)
  const close = async (): Promise<void> => {
    if (log !== runLog) await log.close()
  }
  try {
    const running = await startLearners({
      ...{ log, learners, metrics, say },
      applicationId: config.application,
      formatOf: topic => configuredFormat(config, topic),
      topicSettings: topic => topicSettingsOf(config, topic),
      ...(schemas ? { writers: schemas.writers } : {}),
    })
    let stopping: Promise<void> | null = null
    const stop = (): Promise<void> => (stopping ??= running.stop().finally(close))
    return { failure: running.failure, stop }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

const tablesBeside = (options: OpenLogOptions, log: Log, meter: RunMeter): BackgroundTables =>
  new BackgroundTables({
    open: onWaiting => openSinkAndTables({ ...options, onWaiting }, log, meter),
    say: options.say,
    onOpen: isOpen => meter.metrics.sinkConnected(isOpen),
  })

interface OpenTablesOptions extends OpenLogOptions {
  readonly onWaiting: (trouble: string) => void
}

/** The sink's log and its tables are opened and closed together. */
const openSinkAndTables = async (
  options: OpenTablesOptions,
  log: Log,
  meter: RunMeter,
): Promise<Tables> => {
  const sinkLog = await openSinkLog(options, log)
  const close = async (): Promise<void> => {
    if (sinkLog !== log) await sinkLog.close()
  }
  try {
    const tables = await openRunTables(options, sinkLog, meter)
    return { ...tables, stop: () => tables.stop().finally(close) }
  } catch (error) {
    await close().catch(() => {})
    throw error
  }
}

const openRunTables = async (
  { config, say, schemas, onWaiting }: OpenTablesOptions,
  log: Log,
  meter: RunMeter,
): Promise<Tables> =>
  openTables({
    log,
    applicationId: config.application,
    clickHouse: await clickHouseOf(config),
    topicSettings: topic => topicSettingsOf(config, topic),
    onEvent: say,
    onWaiting,
    formatOf: topic => configuredFormat(config, topic),
    ...(schemas ? { writers: schemas.writers } : {}),
    onStored: batch => meter.stored(batch),
    onRebalance: (what, partitions) => meter.metrics.sinkRebalanced(what, partitions),
    onTrouble: ({ topic }) => meter.metrics.insertRetried(topic),
    provenForMs: Math.floor(config.log.sessionTimeoutMs / 2),
  })

const clickHouseOf = async ({ sinks }: Config): Promise<ClickHouseAddress> => {
  const { url, username, password, database, tls } = sinks.clickhouse!
  return {
    ...addressOf(url!),
    username,
    database,
    ...defined({ password, tls: tls && (await tlsOf('sinks.clickhouse.tls', tls)) }),
  }
}

const NEVER = new Promise<never>(() => {})
