/** The load in a process of its own, so that neither checks nor faults disturb its steadiness. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { LoadPlan } from './load.ts'

export interface LoadProcessOptions {
  readonly plan: LoadPlan
  readonly brokers: readonly string[]
  readonly flushTimeoutMs: number
}

/** A line of what the process tells. */
export interface LoadReport {
  /** The last slot that was handed to the producer; with `isDone`, all of it is in the log. */
  readonly slot: number
  readonly records: number
  readonly isDone: boolean
}

export class LoadProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly #onReport: (report: LoadReport) => void
  #last: LoadReport | null = null
  #waiting: (() => void)[] = []
  #stderr = ''

  constructor(options: LoadProcessOptions, onReport: (report: LoadReport) => void = () => {}) {
    this.#onReport = onReport
    const script = fileURLToPath(new URL('load-process-main.ts', import.meta.url))
    const argv = ['--import', 'tsx', script, JSON.stringify(options)]
    this.#child = spawn(process.execPath, argv, { stdio: ['pipe', 'pipe', 'pipe'] })
    this.#exited = once(this.#child, 'close').then(() => this.#wake())
    this.#child.stderr!.on('data', text => {
      this.#stderr = `${this.#stderr}${text}`.slice(-4_000)
    })
    createInterface({ input: this.#child.stdout! }).on('line', line => this.#take(line))
  }

  /** Once markets and products are in the log. */
  async opened(): Promise<void> {
    await this.#until(() => true)
  }

  /** Ends the load; all that is reported is in the log. */
  async end(): Promise<LoadReport> {
    this.#child.stdin!.write('end\n')
    return this.#until(report => report.isDone)
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  async #until(holds: (report: LoadReport) => boolean): Promise<LoadReport> {
    while (this.#last === null || !holds(this.#last)) {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) {
        throw new Error(`the load has ended by itself:\n${this.#stderr}`)
      }
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    }
    return this.#last
  }

  #take(line: string): void {
    this.#last = JSON.parse(line) as LoadReport
    this.#onReport(this.#last)
    this.#wake()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }
}
