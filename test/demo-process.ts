/** The demo in a process of its own, which can be killed, and whose ClickHouse can be killed alone. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export interface DemoProcessOptions {
  readonly data: string
  readonly rate: number
  readonly seed: number
  readonly historyMs: number
}

export interface DemoReport {
  readonly phase?: 'history' | 'live'
  readonly commits?: number
  readonly rows?: number
  readonly clickHousePid: number
  /** Of its HTTP server. */
  readonly url: string
}

export class DemoProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  #report: DemoReport | null = null
  #told: (() => void)[] = []
  #stderr = ''

  constructor(options: DemoProcessOptions) {
    const script = fileURLToPath(new URL('demo-process-main.ts', import.meta.url))
    const argv = ['--import', 'tsx', script, JSON.stringify(options)]
    this.#child = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'pipe'] })
    this.#exited = once(this.#child, 'close')
    this.#child.stderr!.on('data', text => {
      this.#stderr += text
    })
    createInterface({ input: this.#child.stdout! }).on('line', line => {
      this.#report = JSON.parse(line)
      for (const told of this.#told.splice(0)) told()
    })
    void this.#exited.then(() => {
      for (const told of this.#told.splice(0)) told()
    })
  }

  /** Waits until it reports so; fails where the process ends before. */
  async until(holds: (report: DemoReport) => boolean): Promise<DemoReport> {
    while (this.#report === null || !holds(this.#report)) {
      if (this.hasExited) throw new Error(`the demo has ended:\n${this.#stderr}`)
      await new Promise<void>(resolve => this.#told.push(resolve))
    }
    return this.#report
  }

  get hasExited(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null
  }

  get stderr(): string {
    return this.#stderr
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  async killClickHouse(): Promise<void> {
    const { clickHousePid } = await this.until(() => true)
    process.kill(clickHousePid, 'SIGKILL')
  }

  /** As Ctrl-C does; resolves to the exit code. */
  async end(): Promise<number | null> {
    this.#child.kill('SIGTERM')
    await this.#exited
    return this.#child.exitCode
  }
}
