/** A process that runs pipelines at least once, and can be killed at any moment. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export interface AtLeastOnceOptions {
  readonly brokers: readonly string[]
  /** Before the names of all topics, and the application's name. */
  readonly prefix: string
  readonly slices: number
  readonly dir: string
}

const RESTARTS_MAX = 5
const MAIN = fileURLToPath(new URL('at-least-once-main.ts', import.meta.url))

/** One that ends by itself is started again, as `millrace run` does: the group may have put it out. */
export class AtLeastOnceProcess {
  commits = 0
  restarts = 0
  readonly #options: AtLeastOnceOptions
  #child!: ChildProcess
  #exited!: Promise<unknown>
  #isEnding = false

  constructor(options: AtLeastOnceOptions) {
    this.#options = options
    this.#start()
  }

  #start(): void {
    const argument = JSON.stringify(this.#options)
    this.#child = spawn(process.execPath, ['--import', 'tsx', MAIN, argument], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    })
    this.#exited = once(this.#child, 'exit').then(() => {
      if (this.#isEnding || this.restarts >= RESTARTS_MAX) return
      this.restarts++
      this.#start()
    })
    this.#child.stdout!.on('data', text => {
      this.commits += String(text).split('\n').length - 1
    })
  }

  /** Resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#isEnding = true
    this.#child.kill(signal)
    await this.#exited
  }
}
