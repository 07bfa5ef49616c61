/** Settings of topics, kept after they were asked for once. */

import type { TopicPartition, TopicSettings } from '../log.ts'
import { checkPartition, type KnownTopics } from '../record-rules.ts'
import type { KafkaAdmin } from './admin.ts'

export class KnownKafkaTopics {
  readonly #admin: KafkaAdmin
  readonly #known = new Map<string, TopicSettings>()

  constructor(admin: KafkaAdmin) {
    this.#admin = admin
  }

  get known(): KnownTopics {
    return this.#known
  }

  learn(topic: string, settings: TopicSettings): void {
    this.#known.set(topic, settings)
  }

  /** Whether the topic was there with these settings when it was asked for. */
  isAs(topic: string, { partitions, compacted }: TopicSettings): boolean {
    const known = this.#known.get(topic)
    return known?.partitions === partitions && known.compacted === compacted
  }

  /** Asks again for those that are not known, or not with this partition: topics can grow. */
  async know(partitions: readonly TopicPartition[]): Promise<void> {
    let missing: Set<string> | null = null
    for (const { topic, partition } of partitions) {
      const settings = this.#known.get(topic)
      if (settings && partition < settings.partitions) continue
      missing ??= new Set()
      missing.add(topic)
    }
    if (missing) await this.#ask([...missing])
  }

  async #ask(topics: readonly string[]): Promise<void> {
    for (const [topic, settings] of await this.#admin.describe(topics)) this.learn(topic, settings)
  }

  /** Fails with `LOG_TOPIC_UNKNOWN`. */
  async check(at: TopicPartition): Promise<void> {
    await this.know([at])
    checkPartition(this.#known, at)
  }

  async partitionsOf(topics: readonly string[]): Promise<TopicPartition[]> {
    await this.know(topics.map(topic => ({ topic, partition: 0 })))
    return topics.flatMap(topic => {
      const partitions = this.#known.get(topic)?.partitions ?? 0
      return Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
    })
  }
}
