import type { Terminal } from './terminal.ts'

/**
 * Ctrl-C once: the work ends at its next commit and can go on from there. Twice: the process ends at
 * once, which is safe too, since what was not committed is done again.
 */
export class Interruption {
  isRequested = false
  /** Resolves on the first request. */
  readonly requested: Promise<void>
  readonly #forget: () => void

  /** @param ending what is said on the first request */
  constructor(terminal: Terminal, ending: string) {
    let resolve = (): void => {}
    this.requested = new Promise(resolved => {
      resolve = resolved
    })
    this.#forget = terminal.onInterrupt(() => {
      if (this.isRequested) process.exit(1)
      this.isRequested = true
      terminal.tell(`\n${ending}\n`)
      resolve()
    })
  }

  end(): void {
    this.#forget()
  }
}
