/** A process that runs pipelines, as its parent sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LiveNews, LiveOptions, LiveOrder } from './live-options.ts'

const CHILD = fileURLToPath(new URL('./live-child.js', import.meta.url))
const FLAGS = ['--max-semi-space-size=64']

export class LiveProcess {
  readonly #child: ChildProcess
  readonly #exited: Promise<unknown>
  readonly news: LiveNews[] = []
  #heard: () => void = () => {}

  constructor(options: LiveOptions) {
    const { MILLRACE_PROFILES: profiles } = process.env
    const profiling = profiles ? ['--cpu-prof', `--cpu-prof-dir=${profiles}`] : []
    this.#child = fork(CHILD, [JSON.stringify(options)], {
      execArgv: [...FLAGS, ...profiling],
      env: { ...process.env, UV_THREADPOOL_SIZE: '16' },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    })
    this.#exited = once(this.#child, 'exit')
    this.#child.on('message', news => {
      this.news.push(news as LiveNews)
      this.#heard()
    })
  }

  /** Resolves when what it has told so far is enough. */
  async until(isEnough: (news: readonly LiveNews[]) => boolean): Promise<void> {
    while (!isEnough(this.news)) {
      const heard = new Promise<void>(resolve => {
        this.#heard = resolve
      })
      const gone = this.#exited.then(() => {
        if (!isEnough(this.news)) throw new Error('A process of the measurement has ended.')
      })
      await Promise.race([heard, gone])
    }
  }

  /** The slices that it holds. */
  get slices(): ReadonlySet<number> {
    const held = new Set<number>()
    for (const each of this.news) {
      if (each.what !== 'slice') continue
      if (each.is === 'live') held.add(each.slice)
      else if (each.is === 'revoked') held.delete(each.slice)
    }
    return held
  }

  /** As a machine that goes away: nothing is given back. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#exited
  }

  async stop(): Promise<void> {
    const order: LiveOrder = { order: 'stop' }
    this.#child.send(order)
    await this.#exited
  }
}
