import { days } from '../../engine/time.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import { learners, pipelines } from '../../pipelines/index.ts'
import { SAMPLE_STARTS_AT } from '../../testing/sample-events.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { numberText } from '../command-line/table.ts'
import type { RunReplayOptions } from '../run-replay.ts'
import { resultsAt } from '../run-results.ts'
import { findingsIn } from '../sample/findings.ts'
import { reportOf } from '../sample/report.ts'
import { type SampleFolders, writeSample } from '../sample/write-sample.ts'
import { watchedReplay } from './replay.ts'
import { summaryOf } from './replay-summary.ts'

export const sampleCommand: Command = {
  name: 'sample',
  summary: 'Make up a shop, run all pipelines over its events, and show what comes out.',
  usage: ['sample [--orders N] [--days N] [--seed N] [--dir DIR]'],
  options: [
    { name: 'orders', value: 'N', help: 'How many orders are placed, from 100 on. Default: 5000' },
    { name: 'days', value: 'N', help: 'Over how many days, from 7 on. Default: 120' },
    { name: 'seed', value: 'N', help: 'Another seed, another shop. Default: 1' },
    { name: 'dir', value: 'DIR', help: 'Made anew each time. Default: .millrace/sample' },
  ],
  run: async (args, terminal) => {
    const dir = args.text('dir') ?? '.millrace/sample'
    const sample = sampleOptionsOf(args)
    args.wordsAtMost(0)
    terminal.tell(
      `Making up ${numberText(sample.orders)} orders over ${sample.days} days (seed ${sample.seed}).\n`,
    )
    const folders = await writeSample(dir, sample)
    const run = replayOf(folders)
    const result = await watchedReplay(run, terminal)
    terminal.print(summaryOf(result, await resultsAt(run.to, resultTopics(pipelines, learners))))
    terminal.print(
      `\n${reportOf(await findingsIn(folders.results), folders, middleOf(sample.days))}`,
    )
  },
}

const sampleOptionsOf = (args: Arguments) => ({
  orders: args.count('orders', 100) ?? 5_000,
  days: args.count('days', 7) ?? 120,
  seed: args.count('seed', 0) ?? 1,
})

/** A midnight with days of the sample before and after it. */
const middleOf = (count: number): number => SAMPLE_STARTS_AT + days(Math.floor(count / 2))

/** Time stops with the last event: draining would let everybody be lost in the end. */
const replayOf = ({ events, results, state }: SampleFolders): RunReplayOptions => ({
  pipelines,
  learners,
  from: [`ndjson:${events}`],
  to: [`ndjson:${results}`],
  drain: false,
  dataDir: state,
  restart: true,
})
