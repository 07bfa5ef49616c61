import type { MemoryLog } from '../../logs/memory-log.ts'
import { asJson } from '../play-step.ts'
import type { Send } from '../script.ts'
import type { Random } from './random.ts'

/** A record on its way into the log. `at`: when it comes, in the simulation's own wall clock. */
interface Sending {
  readonly step: Send
  readonly at: number
}

const COPIED = 0.15

/**
 * Producers that send each event up to `disorderMs` late, and some of them twice. They write before
 * anything later is due, so nothing they send is late.
 */
export class Producers {
  readonly #log: () => MemoryLog
  readonly #sendings: readonly Sending[]
  #next = 0
  /** The simulation's wall clock, which no event still to come is behind by more than `disorderMs`. */
  wallNow = 0

  constructor(events: readonly Send[], disorderMs: number, random: Random, log: () => MemoryLog) {
    this.#log = log
    const sendings: Sending[] = []
    for (const step of events) {
      const at = Number(step.record.occurredAt)
      sendings.push({ step, at: at + random.upTo(disorderMs) })
      if (random.chance(COPIED)) sendings.push({ step, at: at + random.upTo(disorderMs) })
    }
    this.#sendings = sendings.sort((a, b) => a.at - b.at)
  }

  get isDone(): boolean {
    return this.#next >= this.#sendings.length
  }

  async produce(count: number): Promise<void> {
    for (const { step, at } of this.#sendings.slice(this.#next, this.#next + count)) {
      this.wallNow = at
      const { send, partition } = step
      const record = { key: null, value: asJson(step).value }
      await this.#log().commit({
        appends: [{ topic: send.name, partition: partition ?? 0, records: [record] }],
      })
    }
    this.#next += count
    this.#log().flush()
  }
}
