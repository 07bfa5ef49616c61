import type { Terminal } from './terminal.ts'

const WATCHED_EVERY_MS = 100
const UNWATCHED_EVERY_MS = 10_000

/**
 * How far long work has come, on stderr: one line that is written over where somebody watches, and
 * else a line for each step and one every ten seconds.
 */
export class ProgressLine {
  readonly #terminal: Terminal
  #lastAt: number
  #isShown = false

  constructor(terminal: Terminal) {
    this.#terminal = terminal
    this.#lastAt = terminal.wallNow()
  }

  /** A step that stays to be read. */
  step(text: string): void {
    this.clear()
    this.#terminal.tell(`${text}\n`)
    this.#lastAt = this.#terminal.wallNow()
  }

  /** Where the work is now; told only now and then. */
  update(text: () => string): void {
    const now = this.#terminal.wallNow()
    const every = this.#terminal.isWatched ? WATCHED_EVERY_MS : UNWATCHED_EVERY_MS
    if (now - this.#lastAt < every) return
    this.#lastAt = now
    this.#terminal.tell(this.#terminal.isWatched ? `\r\x1b[2K${text()}` : `${text()}\n`)
    this.#isShown = this.#terminal.isWatched
  }

  /** Takes the line away that is written over. */
  clear(): void {
    if (this.#isShown) this.#terminal.tell('\r\x1b[2K')
    this.#isShown = false
  }
}
