import type { Terminal } from './terminal.ts'

/**
 * Several lines that are written over as things change, where somebody watches; and what is said in
 * between stays above them.
 */
export class LiveBlock {
  readonly #terminal: Terminal
  #shown = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  show(lines: readonly string[]): void {
    const columns = this.#terminal.columns?.() ?? 80
    const cut = lines.map(line => (line.length < columns ? line : `${line.slice(0, columns - 2)}…`))
    // In one write, so that nothing flickers.
    this.#terminal.tell(`${this.#back()}${cut.map(line => `\x1b[2K${line}\n`).join('')}\x1b[J`)
    this.#shown = cut.length
  }

  say(text: string): void {
    this.#terminal.tell(`${this.#back()}\x1b[J${text}\n`)
    this.#shown = 0
  }

  clear(): void {
    if (this.#shown > 0) this.#terminal.tell(`${this.#back()}\x1b[J`)
    this.#shown = 0
  }

  #back(): string {
    return this.#shown > 0 ? `\x1b[${this.#shown}A\r` : ''
  }
}
