/** Commits that a crash may still undo, the oldest first. */
export class UndoList {
  #commits: { readonly undo: readonly (() => void)[]; readonly settle: () => void }[] = []

  get length(): number {
    return this.#commits.length
  }

  /** Resolves when the commit is settled; never, where it was undone. */
  add(undo: readonly (() => void)[]): Promise<void> {
    return new Promise(settle => {
      this.#commits.push({ undo, settle })
    })
  }

  settle(): void {
    for (const commit of this.#commits) commit.settle()
    this.#commits = []
  }

  /** Undoes the last `count` commits, the last one first. */
  undo(count: number): void {
    for (let i = 0; i < count; i++) {
      const commit = this.#commits.pop()
      for (const step of commit?.undo.toReversed() ?? []) step()
    }
  }
}
