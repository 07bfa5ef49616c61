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

const MAIN = fileURLToPath(new URL('at-least-once-main.ts', import.meta.url))

export class AtLeastOnceProcess {
  commits = 0
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>

  constructor(options: AtLeastOnceOptions) {
    this.#child = spawn(process.execPath, ['--import', 'tsx', MAIN, JSON.stringify(options)], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
    })
    this.#exited = once(this.#child, 'exit')
    this.#child.stdout!.on('data', text => {
      this.commits += String(text).split('\n').length - 1
    })
  }

  /** Resolves when it is gone. */
  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#child.kill(signal)
    await this.#exited
  }
}
