import type { Progress } from '../../replay/replay.ts'
import { momentText } from '../command-line/moment.ts'
import type { ProgressLine } from '../command-line/progress-line.ts'
import { counted, numberText } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import type { RunReplayOptions, RunReplayResult } from '../run-replay.ts'

/** Tells how far a replay has come. */
export class ReplayProgress {
  readonly #line: ProgressLine
  readonly #terminal: Terminal
  readonly #begunAt: number
  /** Records that were there at the first commit of this process, and when that was. */
  #first: { readonly records: number; readonly at: number } | null = null

  constructor(line: ProgressLine, terminal: Terminal) {
    this.#line = line
    this.#terminal = terminal
    this.#begunAt = terminal.wallNow()
  }

  begin({ from, to, pipelines }: RunReplayOptions): void {
    const ids = pipelines.map(({ id }) => id).join(', ')
    this.#line.step(`Replaying ${from.join(', ')} through ${ids} to ${to.join(', ')}.`)
  }

  update({ records, at }: Progress): void {
    const now = this.#terminal.wallNow()
    this.#first ??= { records, at: now }
    const spanMs = now - this.#first.at
    const rate = spanMs > 0 ? ((records - this.#first.records) / spanMs) * 1_000 : 0
    this.#line.update(() => {
      const reached = at === null ? '' : `, ${momentText(at)}`
      return `${counted(records, 'record')}${reached}, ${numberText(Math.round(rate))} records/s`
    })
  }

  end({ outcome, records, continuedFrom }: RunReplayResult): void {
    const seconds = ((this.#terminal.wallNow() - this.#begunAt) / 1_000).toFixed(1)
    if (continuedFrom > 0 && outcome !== 'was-finished') {
      this.#line.step(`Went on after ${counted(continuedFrom, 'record')} of an earlier part.`)
    }
    const how = { finished: 'Finished', stopped: 'Stopped', 'was-finished': 'Nothing new' }[outcome]
    this.#line.step(`${how}: ${counted(records, 'record')} in all, ${seconds} s.`)
  }
}
