/**
 * Shares the inserts that may be under way among the partitions, first come, first served.
 *
 * An insert that takes long gives its slot to others and goes on, so that a table that hangs holds
 * up nobody else. A table still never has more than `slotsMax` inserts under way, with or without a
 * slot: that bounds them all.
 */
const SLOT_MS = 250

interface Waiting {
  readonly table: string
  readonly begin: () => void
}

export class InsertSlots {
  readonly #slotsMax: number
  readonly #underWay = new Map<string, number>()
  #free: number
  #waiting: Waiting[] = []

  constructor(slotsMax: number) {
    this.#slotsMax = slotsMax
    this.#free = slotsMax
  }

  /** Runs the insert when it is its turn. Fails where the signal comes before. */
  async run(table: string, signal: AbortSignal, insert: () => Promise<void>): Promise<void> {
    await this.#turn(table, signal)
    let hasSlot = true
    const giveBack = () => {
      if (hasSlot) this.#free++
      hasSlot = false
      this.#begin()
    }
    const timer = setTimeout(giveBack, SLOT_MS)
    try {
      await insert()
    } finally {
      clearTimeout(timer)
      this.#underWay.set(table, this.#countOf(table) - 1)
      giveBack()
    }
  }

  #turn(table: string, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter(each => each !== waiting)
        reject(signal.reason)
      }
      const begin = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      const waiting = { table, begin }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiting)
      this.#begin()
    })
  }

  #begin(): void {
    while (this.#free > 0) {
      const index = this.#waiting.findIndex(({ table }) => this.#countOf(table) < this.#slotsMax)
      if (index < 0) return
      const [next] = this.#waiting.splice(index, 1)
      this.#free--
      this.#underWay.set(next!.table, this.#countOf(next!.table) + 1)
      next!.begin()
    }
  }

  #countOf(table: string): number {
    return this.#underWay.get(table) ?? 0
  }
}
