/** Opens what a replay needs, runs it, and closes it again: `millrace replay` without its flags. */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { MillraceError } from '../engine/errors.ts'
import { fedBy, type Learner } from '../engine/learner.ts'
import type { Pipeline } from '../engine/pipeline.ts'
import type { AnyTopic } from '../engine/topic.ts'
import type { Log } from '../logs/log.ts'
import { fileSnapshots } from '../logs/snapshots.ts'
import type { Command } from '../replay/continuing.ts'
import { ndjsonTarget } from '../replay/ndjson-target.ts'
import { type Place, sourceOf, targetOf } from '../replay/places.ts'
import { type Progress, type ReplaySummary, replay } from '../replay/replay.ts'
import { checkResultFolder, type RunIdentity } from '../replay/result-folder.ts'
import { logTarget, nullTarget, severalTargets, type Target } from '../replay/target.ts'
import { addressOf } from '../sinks/clickhouse/client.ts'
import { openFollowedLog, openLogSource } from '../sources/log-source.ts'
import { openNdjson } from '../sources/ndjson.ts'
import type { History, StartAt } from '../sources/record-stream.ts'
import { type DataDirectory, openDataDirectory } from './data-directory.ts'
import { type KafkaPlaces, ReplayLogs } from './replay-logs.ts'
import { tablesTarget } from './tables/tables-target.ts'
import { prepareTopics } from './topics-of-replay.ts'

export interface RunReplayOptions {
  readonly pipelines: readonly Pipeline[]
  /** Learn from what these pipelines find out. One whose topic the sources have versions of does not. */
  readonly learners?: readonly Learner[]
  /** `ndjson:PATH`, `log:DIR` or `kafka:BROKERS`. */
  readonly from: readonly string[]
  /** `ndjson:DIR`, `log:DIR`, `chdb:DIR`, `clickhouse:URL`, `kafka:BROKERS` or `null:`. */
  readonly to: readonly string[]
  /** How to reach the clusters of `kafka:`, and what their records are. Default: plaintext. */
  readonly kafka?: KafkaPlaces
  /** Results go behind those that result topics on Kafka have already. Default: that is refused. */
  readonly append?: boolean
  readonly since?: number
  readonly until?: number
  readonly drain: boolean
  /** Default: made from everything that makes this run different from another. */
  readonly runId?: string
  /** Where runs keep their state, unless they write to a log. */
  readonly dataDir: string
  /** Begins the run anew where it was interrupted. */
  readonly restart: boolean
  /** The wall clock, in ms since 1970: says when the run is begun. Default: the machine's. */
  readonly wallNow?: () => number
  /** Records per commit. Default 5,000. */
  readonly commitRecords?: number
  readonly onProgress?: (progress: Progress) => void
  readonly isStopped?: () => boolean
  /** A line for whoever watches: what was restarted, what is tried again. */
  readonly onEvent?: (event: string) => void
}

export interface RunReplayResult extends ReplaySummary {
  readonly runId: string
}

export const runReplay = async (options: RunReplayOptions): Promise<RunReplayResult> => {
  const sources = options.from.map(sourceOf)
  const targets = options.to.map(targetOf)
  for (const source of sources) checkLogIsThere(source)
  const runId = checkedRunId(options.runId ?? defaultRunId(options))
  const run = { runId, command: wholeCommandOf(options) }
  for (const { kind, path } of targets) if (kind === 'ndjson') await checkResultFolder(path, run)
  const home = await runHome(options, targets, runId)
  const logs = new ReplayLogs(options.kafka)
  try {
    const log = await logs.open(home.log, runId)
    const { pipelines, learners = [], since, until, drain, commitRecords } = options
    const { onProgress, isStopped, onEvent, append = false } = options
    if (home.log.kind === 'kafka') {
      // One that is read as well has versions of somebody else, or none.
      const publishing = sources.some(source => isSame(source, home.log)) ? [] : learners
      await prepareTopics(log, runId, { pipelines, learners: publishing, append })
    } else await refuseOtherRun(log, runId, home.log.path)
    const summary = await replay({
      pipelines,
      learners,
      runId,
      command: commandOf(options),
      open: (topics, startAt) => openSources(sources, logs, topics, startAt),
      ...(options.kafka?.schemas ? { writers: options.kafka.schemas.writers } : {}),
      log,
      snapshots: fileSnapshots(home.snapshots),
      target: severalTargets(targets.map(place => targetAt(place, log, run, home, options))),
      drain,
      startedAtMs: (options.wallNow ?? Date.now)(),
      ...(since === undefined ? {} : { since }),
      ...(until === undefined ? {} : { until }),
      ...(commitRecords === undefined ? {} : { commitRecords }),
      ...(onProgress ? { onProgress } : {}),
      ...(isStopped ? { isStopped } : {}),
      ...(onEvent ? { onEvent } : {}),
    })
    await logs.close()
    if (home.isPrivate && summary.outcome !== 'stopped') await removeRun(home.log.path)
    return { ...summary, runId }
  } finally {
    await logs.close()
  }
}

interface RunHome {
  /** A directory, or a cluster. */
  readonly log: Place
  readonly snapshots: string
  /** Of an embedded engine. */
  readonly clickHouse: string
  /** Holds nothing but the state of an unfinished run. */
  readonly isPrivate: boolean
}

const runHome = async (
  { dataDir, restart }: RunReplayOptions,
  targets: readonly Place[],
  runId: string,
): Promise<RunHome> => {
  const keeping = targets.filter(({ kind }) => KEEPING.has(kind))
  const [place] = keeping
  if (keeping.length > 1) throw severalLogs()
  if (place !== undefined && restart) throw restartOf(place, runId)
  if (place?.kind === 'log') return homeIn(place.path, false)
  if (place?.kind === 'kafka') return { ...homeIn(join(dataDir, 'runs', runId), false), log: place }
  if (place?.kind === 'chdb') return openDataDirectory(place.path, runId).then(homeOf)
  const dir = join(dataDir, 'runs', runId)
  await sweepRuns(dirname(dir))
  if (place?.kind === 'clickhouse') return openDataDirectory(dir, runId).then(homeOf)
  if (restart) await removeRun(dir)
  return homeIn(dir, true)
}

/** Targets whose records are in a log that outlives the run. */
const KEEPING = new Set<Place['kind']>(['log', 'chdb', 'clickhouse', 'kafka'])

const homeIn = (dir: string, isPrivate: boolean): RunHome => ({
  log: { kind: 'log', path: dir },
  snapshots: join(dir, 'snapshots'),
  clickHouse: join(dir, 'clickhouse'),
  isPrivate,
})

const homeOf = ({ log, snapshots, clickHouse }: DataDirectory): RunHome => ({
  log: { kind: 'log', path: log },
  snapshots,
  clickHouse,
  isPrivate: false,
})

const isSame = (one: Place, other: Place): boolean =>
  one.kind === other.kind && one.path === other.path

const severalLogs = (): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    'a run writes to one log: give a single target of log:, chdb:, clickhouse: and kafka:, beside ' +
      'any of ndjson: and null:.',
  )

const restartOf = ({ kind, path }: Place, runId: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    kind === 'kafka'
      ? `--restart removes nothing from Kafka. Delete the topics ${runId}-… and the results, or give ` +
          'another --run-id.'
      : `--restart does not empty ${kind === 'log' ? 'a log' : 'tables'}, which may hold more than ` +
          `this run: delete ${path} or give another directory.`,
  )

/** No run is named so: an id begins with a letter or a digit. */
const REMOVED = '.removed-'

/** A run is there or not, also when this is cut off in the middle: half a log would be neither. */
const removeRun = async (dir: string): Promise<void> => {
  if (!existsSync(dir)) return
  const removed = join(dirname(dir), `${REMOVED}${basename(dir)}`)
  await rename(dir, removed)
  await rm(removed, { recursive: true, force: true })
}

/** Ends removals that were cut off. */
const sweepRuns = async (runs: string): Promise<void> => {
  const names = existsSync(runs) ? await readdir(runs) : []
  for (const name of names.filter(each => each.startsWith(REMOVED))) {
    await rm(join(runs, name), { recursive: true, force: true })
  }
}

/** Opening would make a log, and an empty one says nothing of a mistyped name. */
const checkLogIsThere = ({ kind, path }: Place): void => {
  if (kind !== 'log' || existsSync(join(path, 'data.mdb'))) return
  throw new MillraceError(
    'INPUT_MISSING',
    `there is no log in ${path}. Check the path after --from, or import records into it first.`,
  )
}

/** Results of two runs in one log could not be told apart. */
const refuseOtherRun = async (log: Log, runId: string, dir: string): Promise<void> => {
  for (const name of (await log.topics()).keys()) {
    const other = /^(.+)-journal$/.exec(name)?.[1]
    if (other === undefined || other === runId) continue
    throw new MillraceError(
      'CONFIG_INVALID',
      `${dir} holds the results of run ${other}. Give the same command as before or --run-id ` +
        `${other} to go on with it, or another directory for a new run.`,
    )
  }
}

/** All that decides what comes out and where, beside the pipelines. */
const commandOf = ({ from, to, since, until, drain }: RunReplayOptions): Command => ({
  '--from': from.map(absolute).join(' '),
  '--to': to.map(absolute).join(' '),
  '--since': String(since ?? ''),
  '--until': String(until ?? ''),
  '--drain': drain ? 'given' : '',
})

const wholeCommandOf = (options: RunReplayOptions): Command => ({
  '--pipelines': idsOf(options.pipelines).join(' '),
  ...commandOf(options),
})

const idsOf = (pipelines: readonly Pipeline[]): string[] => pipelines.map(({ id }) => id).sort()

/** Of a server what says where the tables are, and not what gives entry: it is written down. */
const absolute = (text: string): string => {
  const { kind, path } = targetOf(text)
  if (kind === 'kafka') return text
  if (kind !== 'clickhouse') return text.replace(/(?<=:).+$/, place => resolve(place))
  const { url, database } = addressOf(path)
  return `${kind}:${url}/${database}`
}

/** What makes a run: the same command is the same run, and goes on where it was interrupted. */
const defaultRunId = (options: RunReplayOptions): string => {
  const { pipelines, learners = [] } = options
  const learning = fedBy(pipelines, learners).map(({ id }) => id)
  const parts = [idsOf(pipelines), commandOf(options), ...learning.sort()]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 12)
}

const checkedRunId = (runId: string): string => {
  if (/^[a-z0-9][a-z0-9_.-]{0,63}$/i.test(runId)) return runId
  throw new MillraceError(
    'CONFIG_INVALID',
    `--run-id ${runId}: a run id has up to 64 letters, digits, dots, dashes and underscores.`,
  )
}

const targetAt = (
  place: Place,
  log: Log,
  run: RunIdentity,
  home: RunHome,
  { onEvent = () => {}, isStopped = () => false, wallNow = Date.now }: RunReplayOptions,
): Target => {
  const applicationId = run.runId
  const watch = { onEvent, isStopped, wallNow }
  switch (place.kind) {
    case 'ndjson':
      return ndjsonTarget(place.path, run)
    case 'log':
    case 'kafka':
      return logTarget()
    case 'chdb':
      return tablesTarget({ log, applicationId, clickHouse: { folder: home.clickHouse }, ...watch })
    case 'clickhouse':
      return tablesTarget({ log, applicationId, clickHouse: addressOf(place.path), ...watch })
    case 'null':
      return nullTarget()
  }
}

const openSources = async (
  sources: readonly Place[],
  logs: ReplayLogs,
  topics: readonly AnyTopic[],
  startAt: StartAt,
): Promise<History> => {
  const names = topics.map(({ name }) => name)
  const histories: History[] = []
  const close = async (): Promise<void> => {
    for (const history of histories) await history.close()
  }
  try {
    for (const source of sources) histories.push(await openSource(source, logs, names, startAt))
    const streams = histories.flatMap(history => history.streams)
    const twice = topicReadTwice(histories)
    if (streams.length === 0) throw nothingToRead(sources, names)
    if (twice !== undefined) throw readTwice(twice)
    return { streams, close }
  } catch (error) {
    await close()
    throw error
  }
}

const openSource = async (
  source: Place,
  logs: ReplayLogs,
  topics: readonly string[],
  startAt: StartAt,
): Promise<History> => {
  if (source.kind === 'ndjson') return openNdjson(source.path, { topics, startAt })
  const log = await logs.open(source)
  if (source.kind === 'log') return openLogSource(log, { topics, startAt })
  return openFollowedLog(log, { topics, startAt, formatOf: logs.formatOf })
}

/** A topic that more than one of them has. */
const topicReadTwice = (histories: readonly History[]): string | undefined => {
  const known = new Set<string>()
  for (const { streams } of histories) {
    const own = new Set(streams.map(({ topic }) => topic))
    for (const topic of own) if (known.has(topic)) return topic
    for (const topic of own) known.add(topic)
  }
  return undefined
}

const nothingToRead = (sources: readonly Place[], names: readonly string[]): MillraceError =>
  new MillraceError(
    'INPUT_MISSING',
    `${sources.map(({ kind, path }) => `${kind}:${path}`).join(', ')} has none of the topics that ` +
      `these pipelines read: ${names.join(', ')}.`,
  )

const readTwice = (topic: string): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `topic ${topic} is in more than one source, where a duplicate in one of the other would not be ` +
      'noticed. Join the files into one, in the order of time, or leave the topic out of all but one.',
  )
