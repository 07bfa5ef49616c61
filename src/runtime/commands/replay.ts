import { MillraceError } from '../../engine/errors.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import { pipelines as allPipelines, learners } from '../../pipelines/index.ts'
import { sourceOf, targetOf } from '../../replay/places.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { Interruption } from '../command-line/interruption.ts'
import { ProgressLine } from '../command-line/progress-line.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { configOf } from '../configured/config-option.ts'
import { kafkaPlacesOf } from '../configured/kafka-places.ts'
import { type RunReplayOptions, type RunReplayResult, runReplay } from '../run-replay.ts'
import { resultsAt } from '../run-results.ts'
import { ReplayProgress } from './replay-progress.ts'
import { summaryOf } from './replay-summary.ts'
import { verify } from './replay-verify.ts'

export const replayCommand: Command = {
  name: 'replay',
  summary: 'Run pipelines over the past, and write what comes out.',
  usage: [
    'replay --from SOURCE… --to TARGET… [options]',
    'replay --verify [--data DIR | --config FILE] [--since-epoch N] [--json]',
  ],
  options: [
    { name: 'from', value: 'SOURCE', several: true, help: 'What is read: see below.' },
    {
      name: 'to',
      value: 'TARGET',
      several: true,
      help: 'Where results go: see below.',
    },
    { name: 'pipelines', value: 'A,B', help: 'Only these pipelines. Default: all.' },
    { name: 'since', value: 'T', help: 'Only events from this time on.' },
    { name: 'until', value: 'T', help: 'Only events before this time.' },
    { name: 'drain', help: 'At the end, let time go on until every timer has fired.' },
    { name: 'run-id', value: 'ID', help: 'Names the run. Default: made from the command.' },
    { name: 'data', value: 'DIR', help: 'Where unfinished runs are kept. Default: .millrace' },
    { name: 'restart', help: 'Begin anew a run that was interrupted.' },
    { name: 'append', help: 'Put results on Kafka behind those that are there.' },
    { name: 'json', help: 'Print the summary as one JSON object.' },
    { name: 'verify', help: 'Execute the past of an application again, and compare: see below.' },
    {
      name: 'config',
      value: 'FILE',
      help: 'How to reach Kafka: TLS, SASL, formats, registry. With --verify: its application.',
    },
    {
      name: 'since-epoch',
      value: 'N',
      help: 'With --verify: begin about this commit of each slice.',
    },
  ],
  details: () => `Pipelines:
${allPipelines.map(({ id }) => `  ${id}`).join('\n')}

T is milliseconds since 1970, a day (2026-01-31, from midnight UTC), or a time with its zone
(2026-01-31T12:00:00Z).

Sources:
  ndjson:PATH      a file <topic>.ndjson[.gz] or a folder of them
  log:DIR          an embedded log
  kafka:BROKERS    all partitions, from what is retained to what is committed when the run begins

Targets:
  ndjson:DIR       a file for each result topic, in a folder that holds the results of one run
  log:DIR          an embedded log
  kafka:BROKERS    the result topics of a cluster, each result once; the state of the run is there, too,
                   in topics that begin with its id. They have to be empty, unless --append is given
  chdb:DIR         a directory with a log and a ClickHouse
  clickhouse:URL   the same tables in a server
  null:            nowhere

BROKERS is host:9092, or several with commas between. Connections are in plain text, unless --config
says otherwise in its section log.

chdb:DIR makes a directory with a log and a ClickHouse in it, with a table for every topic: inputs and
results. Ask it with \`millrace query --data DIR\`. clickhouse:URL writes the same tables to a server.

The same command twice gives the same bytes. After Ctrl-C or a crash, the same command goes on from
the last commit.

--verify executes again what a demo or a run has done, commit by commit as its journal has it, and proves
that the log holds exactly that: every result once, in the same bytes, nothing besides, and the same
state. Nothing is written. On Kafka the application may run meanwhile; a data directory has to be free.
It ends with 1 where anything differs, and names the first: commit, record, field, both values.`,
  run: async (args, terminal) => {
    if (args.has('verify')) return verify(args, terminal)
    if (args.has('since-epoch')) throw new UsageError('--since-epoch goes with --verify')
    const options = { ...replayOptionsOf(args), ...(await kafkaOf(args, terminal)) }
    const result = await watchedReplay(options, terminal)
    const learnt = learners.filter(({ id }) => id in result.learners)
    const results = await resultsAt(options.to, resultTopics(options.pipelines, learnt))
    terminal.print(
      args.has('json') ? JSON.stringify({ ...result, results }) : summaryOf(result, results),
    )
    if (result.outcome === 'stopped') throw interrupted()
  },
}

/** Runs it with progress on stderr; Ctrl-C ends it at its next commit. */
export const watchedReplay = async (
  options: RunReplayOptions,
  terminal: Terminal,
): Promise<RunReplayResult> => {
  const line = new ProgressLine(terminal)
  const progress = new ReplayProgress(line, terminal)
  const interruption = new Interruption(terminal, 'Finishing the current commit…')
  try {
    progress.begin(options)
    const result = await runReplay({
      ...options,
      onProgress: now => progress.update(now),
      isStopped: () => interruption.isRequested,
      onEvent: event => line.step(event),
    })
    progress.end(result)
    return result
  } finally {
    line.clear()
    interruption.end()
  }
}

const replayOptionsOf = (args: Arguments): RunReplayOptions => {
  args.wordsAtMost(0)
  const since = args.moment('since')
  const until = args.moment('until')
  const runId = args.text('run-id')
  return {
    pipelines: pipelinesOf(args.text('pipelines')),
    learners,
    from: places(args.required('from', 'ndjson:data'), sourceOf),
    to: places(args.required('to', 'ndjson:results'), targetOf),
    drain: args.has('drain'),
    dataDir: args.text('data') ?? '.millrace',
    restart: args.has('restart'),
    append: args.has('append'),
    ...(since === undefined ? {} : { since }),
    ...(until === undefined ? {} : { until }),
    ...(runId === undefined ? {} : { runId }),
  }
}

/** What the configuration says of Kafka, where one is given. */
const kafkaOf = async (
  args: Arguments,
  terminal: Terminal,
): Promise<Pick<RunReplayOptions, 'kafka'>> => {
  const config = await configOf(args, terminal)
  if (config === null) return {}
  const places = [...args.texts('from'), ...args.texts('to')]
  if (places.some(place => place.startsWith('kafka:'))) {
    return { kafka: await kafkaPlacesOf(config, terminal) }
  }
  throw new UsageError('--config says how to reach Kafka: give it with kafka:BROKERS or --verify')
}

/** Whoever writes a place that there is none of has written the command wrongly. */
const places = (texts: readonly string[], read: typeof sourceOf): readonly string[] => {
  try {
    texts.forEach(read)
    return texts
  } catch (error) {
    throw error instanceof MillraceError ? new UsageError(error.message) : error
  }
}

const pipelinesOf = (text: string | undefined): readonly Pipeline[] => {
  if (text === undefined) return allPipelines
  const ids = [...new Set(text.split(',').map(id => id.trim()))]
  return ids.map(id => allPipelines.find(pipeline => pipeline.id === id) ?? unknown(id))
}

const unknown = (id: string): never => {
  const ids = allPipelines.map(pipeline => pipeline.id)
  const near = suggestionFor(id, ids)
  throw new UsageError(
    `there is no pipeline ${id || '(empty)'}. ${near ? `Did you mean ${near}?` : `There are ${ids.join(', ')}`}`,
  )
}

const interrupted = (): MillraceError =>
  new MillraceError(
    'INTERRUPTED',
    'interrupted; all up to the last commit is kept. Give the same command again to go on from there.',
  )
