import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import { TIME_BUCKETS_SECONDS } from './topic-times.ts'

/** Makes metrics in a registry, in few words. */
export const makersOf = (registry: Registry) => {
  const registers = [registry]
  return {
    counter: <L extends string>(name: string, help: string, ...labelNames: L[]): Counter<L> =>
      new Counter({ name, help, labelNames, registers }),
    gauge: <L extends string>(name: string, help: string, ...labelNames: L[]): Gauge<L> =>
      new Gauge({ name, help, labelNames, registers }),
    histogram: (name: string, help: string): Histogram =>
      new Histogram({ name, help, registers, buckets: [...TIME_BUCKETS_SECONDS] }),
  }
}
