/**
 * A process of a run: `millrace run`, started as a user starts it. Where it has children, they are in
 * its process group, and signals that nobody can catch go to all of them.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

export const CLI = fileURLToPath(new URL('../../dist/cli.js', import.meta.url))

export interface Ending {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

export class MillProcess {
  readonly #child: ChildProcess
  readonly ended: Promise<Ending>
  hasEnded = false
  #isLive = false
  #fillsTables = false

  /**
   * @param argv what Node is to run
   * @param logFile what it prints goes here, behind what is there
   */
  constructor(argv: readonly string[], logFile: string) {
    this.#child = spawn(process.execPath, argv, {
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const log = createWriteStream(logFile, { flags: 'a' })
    for (const input of [this.#child.stdout!, this.#child.stderr!]) {
      createInterface({ input }).on('line', line => this.#hear(line))
    }
    this.#child.stdout!.pipe(log, { end: false })
    this.#child.stderr!.pipe(log, { end: false })
    this.ended = new Promise(resolve => {
      this.#child.once('exit', (code, signal) => {
        this.hasEnded = true
        log.end()
        resolve({ code, signal })
      })
    })
  }

  /** It takes records in, and fills tables. */
  get isAtWork(): boolean {
    return this.#isLive && this.#fillsTables && !this.hasEnded
  }

  #hear(line: string): void {
    if (/slice \d+ live/.test(line)) this.#isLive = true
    else if (line.includes('the tables are open')) this.#fillsTables = true
    else if (/is started again|It begins anew/.test(line)) {
      this.#isLive = false
      this.#fillsTables = false
    }
  }

  get pid(): number {
    return this.#child.pid!
  }

  /** `kill -9` of it and of all its children. */
  async kill(): Promise<void> {
    this.#signalGroup('SIGKILL')
    await this.ended
  }

  /** `kill -9` of its children alone; false where it has none just now. */
  killChildren(): boolean {
    const children = childrenOf(this.pid)
    for (const pid of children) signal(pid, 'SIGKILL')
    return children.length > 0
  }

  pause(): void {
    this.#signalGroup('SIGSTOP')
  }

  resume(): void {
    this.#signalGroup('SIGCONT')
  }

  /** Asks it to end, and kills it where it does not in time: null then. */
  async end(timeoutMs: number): Promise<Ending | null> {
    this.#child.kill('SIGTERM')
    const timeout = new AbortController()
    const late = new Promise<null>(resolve => {
      const timer = setTimeout(() => resolve(null), timeoutMs)
      timeout.signal.addEventListener('abort', () => clearTimeout(timer))
    })
    const ending = await Promise.race([this.ended, late])
    timeout.abort()
    if (ending === null) await this.kill()
    return ending
  }

  #signalGroup(name: NodeJS.Signals): void {
    signal(-this.pid, name)
  }
}

export const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name)
  } catch (error) {
    // It has ended just now.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

const childrenOf = (pid: number): readonly number[] => {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    return text.split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
