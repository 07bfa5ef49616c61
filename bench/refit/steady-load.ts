/** Orders and clicks of buyers at a rate, which happen when they are written. */
import { setTimeout as wait } from 'node:timers/promises'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { clickstream, orders } from '../../src/events.ts'
import type { Log } from '../../src/logs/log.ts'
import { clickOf, orderOf } from '../mix.ts'
import { randomOf } from '../random.ts'
import { userOf } from './buyers.ts'

export interface SteadyLoadOptions {
  readonly log: Log
  readonly buyers: number
  readonly perSecond: number
  readonly now: () => number
}

const STEP_MS = 10
/** Of ten events one is an order, as in the mix. */
const CLICKS_PER_ORDER = 9
/** Far beyond the numbers of the history. */
const FIRST_NUMBER = 1_000_000_000
const CLICKS = ['PRODUCT_VIEW', 'PAGE_VIEW', 'SEARCH', 'ADD_TO_CART'] as const

export class SteadyLoad {
  readonly #options: SteadyLoadOptions
  readonly #random = randomOf(4)
  #isOver = false
  #done: Promise<void> = Promise.resolve()
  #number = 0

  constructor(options: SteadyLoadOptions) {
    this.#options = options
  }

  start(): void {
    this.#done = this.#run()
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#done
  }

  async #run(): Promise<void> {
    const { log, perSecond } = this.#options
    const beganAt = performance.now()
    while (!this.#isOver) {
      const due = ((performance.now() - beganAt) / 1_000) * perSecond
      const [clicks, placed]: Buffer[][] = [[], []]
      while (this.#number < due) this.#next(clicks!, placed!)
      await log.commit({
        appends: [appendOf(clickstream.name, clicks!), appendOf(orders.name, placed!)],
      })
      await wait(STEP_MS)
    }
  }

  #next(clicks: Buffer[], placed: Buffer[]): void {
    const { buyers, now } = this.#options
    const number = FIRST_NUMBER + this.#number++
    const who = userOf(this.#whole(buyers))
    if (number % (CLICKS_PER_ORDER + 1) === 0) {
      const order = orderOf(number, now(), who, number, 'PLACED', this.#whole)
      placed.push(codecsOf(orders).encodeAvro(order))
    } else {
      const type = CLICKS[number % CLICKS.length]!
      clicks.push(codecsOf(clickstream).encodeAvro(clickOf(number, now(), who, type, this.#whole)))
    }
  }

  readonly #whole = (below: number): number => Math.floor(this.#random() * below)
}

export const appendOf = (topic: string, values: readonly Buffer[]) => ({
  topic,
  partition: 0,
  records: values.map(value => ({ key: null, value })),
})
