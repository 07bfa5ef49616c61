/**
 * A destination that fails as planned: the plan says what becomes of each insert, and where it has
 * ended all goes well. Rows that are named as refused are refused always, as a table does it: the
 * same whole batch, every time.
 */
import { ClickHouseError } from '@clickhouse/client'
import type { Destination, InsertBatch } from '../clickhouse/storing/insert.ts'

/**
 * - `refused-connection`: fails, and nothing was stored.
 * - `lost-answer`: stored, and the answer is lost.
 * - `late`: fails, and is stored some time later, perhaps after the same batch was sent again.
 * - `busy`: fails with a code of ClickHouse that passes.
 * - `crash-before`, `crash-after`: the process ends before, or after, the rows are stored.
 */
export const FAULTS = [
  'none',
  'refused-connection',
  'lost-answer',
  'late',
  'busy',
  'crash-before',
  'crash-after',
] as const
export type Fault = (typeof FAULTS)[number]

export interface FaultPlan {
  readonly faults: Fault[]
  /** `topic|partition|offset` of rows that no table takes. */
  readonly refused: ReadonlySet<string>
  readonly crash: () => void
}

export class FaultyDestination implements Destination {
  readonly #real: Destination
  readonly #plan: FaultPlan
  readonly #late: Promise<void>[] = []
  #isDead = false

  constructor(real: Destination, plan: FaultPlan) {
    this.#real = real
    this.#plan = plan
  }

  check(): Promise<void> {
    return this.#real.check()
  }

  /** The process is gone: nothing that it sends arrives, and nothing answers it. */
  die(): void {
    this.#isDead = true
  }

  /** Resolves when everything that was under way has arrived. */
  async settled(): Promise<void> {
    await Promise.all(this.#late)
  }

  async insert(batch: InsertBatch): Promise<void> {
    if (this.#isDead) return untilAborted(batch.signal)
    if (isRefused(batch.token, this.#plan.refused)) throw clickHouseError(27, 'a row is refused')
    switch (this.#plan.faults.shift() ?? 'none') {
      case 'none':
        return this.#real.insert(batch)
      case 'refused-connection':
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })
      case 'lost-answer':
        await this.#real.insert(batch)
        throw new Error('socket hang up')
      case 'late':
        this.#deliverLate(batch)
        throw new Error('Timeout error.')
      case 'busy':
        throw clickHouseError(202, 'too many queries')
      case 'crash-before':
        return this.#crash(batch)
      case 'crash-after':
        await this.#real.insert(batch)
        return this.#crash(batch)
    }
  }

  #crash({ signal }: InsertBatch): Promise<void> {
    this.#plan.crash()
    return untilAborted(signal)
  }

  /** The bytes are the sender's, who may be gone by then. */
  #deliverLate(batch: InsertBatch): void {
    const { signal } = new AbortController()
    const sent = { ...batch, bytes: Buffer.from(batch.bytes), signal }
    const later = new Promise(resolve => setTimeout(resolve, 3))
    this.#late.push(later.then(() => this.#real.insert(sent)))
  }
}

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })

/** By the token, which says which range a batch is: `application:generation:topic:partition:from-to`. */
const isRefused = (token: string, refused: ReadonlySet<string>): boolean => {
  const [, topic, partition, from, to] = /:([^:]+):(\d+):(\d+)-(\d+)$/.exec(token)!
  for (let offset = Number(from); offset <= Number(to); offset++) {
    if (refused.has(`${topic}|${partition}|${offset}`)) return true
  }
  return false
}

const clickHouseError = (code: number, message: string): ClickHouseError =>
  new ClickHouseError({ code: `${code}`, message, type: 'PLANNED' })
