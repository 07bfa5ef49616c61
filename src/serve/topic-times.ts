import { Histogram, type MetricValueWithName, type Registry } from 'prom-client'

/** From 1 ms to a minute, each bound at most two and a half times the one before. In seconds. */
export const TIME_BUCKETS_SECONDS = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60,
] as const

/** How many took at most so long: one place per bucket, and the last for what was slower. */
interface Times {
  readonly counts: Float64Array
  sumSeconds: number
}

/**
 * How long the records of each topic took. A histogram of prom-client's kind, with counts of its own:
 * a batch of 100,000 rows is one observation with a weight, and a result costs no label to hash.
 */
export class TopicTimes extends Histogram<'topic'> {
  readonly #name: string
  readonly #help: string
  readonly #timesByTopic = new Map<string, Times>()

  constructor(name: string, help: string, registry: Registry) {
    super({ name, help, labelNames: ['topic'], registers: [registry] })
    this.#name = name
    this.#help = help
  }

  /** @param seconds below zero where clocks differ; counted as zero */
  took(topic: string, seconds: number, records = 1): void {
    const times = this.#timesByTopic.get(topic) ?? this.#begin(topic)
    const elapsed = Math.max(0, seconds)
    times.counts[bucketOf(elapsed)]! += records
    times.sumSeconds += elapsed * records
  }

  #begin(topic: string): Times {
    const times = { counts: new Float64Array(TIME_BUCKETS_SECONDS.length + 1), sumSeconds: 0 }
    this.#timesByTopic.set(topic, times)
    return times
  }

  /** What the registry asks of a histogram of prom-client, `get` included. */
  async getForPromString(): Promise<object> {
    const name = this.#name
    const values = [...this.#timesByTopic].flatMap(([topic, times]) =>
      samplesOf(name, topic, times),
    )
    return { name, help: this.#help, type: 'histogram', aggregator: 'sum', values }
  }
}

const bucketOf = (seconds: number): number => {
  const at = TIME_BUCKETS_SECONDS.findIndex(bound => seconds <= bound)
  return at < 0 ? TIME_BUCKETS_SECONDS.length : at
}

/** Buckets add up, as the format wants it: each has what the smaller ones have. */
const samplesOf = (
  name: string,
  topic: string,
  { counts, sumSeconds }: Times,
): MetricValueWithName<'topic'>[] => {
  let below = 0
  const buckets = [...counts].map((count, at) => {
    below += count
    const labels = { le: TIME_BUCKETS_SECONDS[at] ?? '+Inf', topic }
    return { metricName: `${name}_bucket`, labels, value: below }
  })
  return [
    ...buckets,
    { metricName: `${name}_sum`, labels: { topic }, value: sumSeconds },
    { metricName: `${name}_count`, labels: { topic }, value: below },
  ]
}
