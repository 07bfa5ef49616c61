/** Reads results as they become visible, and says how old each event was by then. */
import { codecsOf } from '../../src/engine/schema/codecs.ts'
import type { AnyTopic } from '../../src/engine/topic.ts'
import { closed, openConsumer, taken } from './clients.ts'

const POLL_MS = 2

export class Watcher {
  readonly #topic: AnyTopic
  readonly #isWanted: (result: Readonly<Record<string, unknown>>) => boolean
  #isOver = false
  #done: Promise<void> = Promise.resolve()
  #isCounting = false
  readonly agesMs: number[] = []

  constructor(topic: AnyTopic, isWanted: (result: Readonly<Record<string, unknown>>) => boolean) {
    this.#topic = topic
    this.#isWanted = isWanted
  }

  async start(group: string): Promise<void> {
    const consumer = await openConsumer(group, [this.#topic.name], POLL_MS)
    this.#done = this.#run(consumer)
  }

  count(): void {
    this.#isCounting = true
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await this.#done
  }

  async #run(consumer: Awaited<ReturnType<typeof openConsumer>>): Promise<void> {
    const { decodeAvro } = codecsOf<Readonly<Record<string, unknown>>>(this.#topic)
    while (!this.#isOver) {
      const messages = await taken(consumer, 100)
      const now = Date.now()
      for (const { value } of this.#isCounting ? messages : []) {
        const result = decodeAvro(value as Buffer)
        if (this.#isWanted(result)) this.agesMs.push(now - Number(result.occurredAt))
      }
    }
    await closed(consumer)
  }
}
