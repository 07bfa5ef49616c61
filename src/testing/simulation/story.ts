/** The last of what happened, for whoever looks into a seed that failed. */
export class Story {
  readonly #lines: string[] = []

  tell(what: string): void {
    this.#lines.push(what)
    if (this.#lines.length > 2 * KEPT) this.#lines.splice(0, KEPT)
  }

  text(): string {
    return this.#lines
      .slice(-KEPT)
      .map(line => `  ${line}`)
      .join('\n')
  }
}

const KEPT = 30
