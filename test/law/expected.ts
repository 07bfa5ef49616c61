import type { Click, Order } from '../../src/events.ts'
import type { LoadRecord } from './load.ts'

/** What the load consists of, as it is made again. */
export class Expected {
  /** Topic and partition, as `orders-3`, to the number of its records. */
  readonly records = new Map<string, number>()
  /** Of `fraud-scores`: the orders that were placed, and the logins. */
  readonly subjects = new Set<string>()

  see({ topic, partition, record }: Pick<LoadRecord, 'topic' | 'partition' | 'record'>): void {
    const place = `${topic.name}-${partition}`
    this.records.set(place, (this.records.get(place) ?? 0) + 1)
    const subject = subjectOf(topic.name, record)
    if (subject !== null) this.subjects.add(subject)
  }
}

const subjectOf = (topic: string, record: object): string | null => {
  const { type } = record as { type?: string }
  if (topic === 'orders' && type === 'PLACED') return (record as Order).orderId
  return topic === 'clickstream' && type === 'LOGIN' ? (record as Click).eventId : null
}
