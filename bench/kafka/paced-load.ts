/** Events of the made-up shop at a rate, that happen when they are written. */
import { setTimeout as wait } from 'node:timers/promises'
import { partitionOf } from '../../src/engine/hash.ts'
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import { topicNamed } from '../../src/events.ts'
import { SHOP, shopEvents } from '../mix.ts'
import { closed, flushed, openProducer } from './clients.ts'

export interface LoadOptions {
  readonly prefix: string
  readonly partitions: number
  readonly perSecond: number
  /** Clicks alone, or the mix with orders. */
  readonly clicksOnly: boolean
}

const STEP_MS = 5

export class PacedLoad {
  readonly #options: LoadOptions
  #isOver = false
  #done: Promise<void> = Promise.resolve()
  written = 0

  constructor(options: LoadOptions) {
    this.#options = options
  }

  async start(): Promise<void> {
    const producer = await openProducer(undefined, 1)
    this.#done = this.#run(producer)
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#done
  }

  async #run(producer: Awaited<ReturnType<typeof openProducer>>): Promise<void> {
    const { prefix, partitions, perSecond, clicksOnly } = this.#options
    const beganAt = performance.now()
    for (const { topic, event } of shopEvents({ ...SHOP, events: Number.MAX_SAFE_INTEGER })) {
      if (this.#isOver) break
      if (clicksOnly && topic === 'orders') continue
      while (this.written >= ((performance.now() - beganAt) / 1_000) * perSecond) {
        await wait(STEP_MS)
      }
      const key = topic === 'orders' ? event.orderId : event.visitorId
      const value = codecsOf<unknown>(topicNamed(topic)!).encodeAvro({
        ...event,
        occurredAt: Date.now(),
      })
      producer.produce(`${prefix}-${topic}`, partitionOf(key, partitions), value, key)
      this.written++
    }
    await flushed(producer)
    await closed(producer)
  }
}
