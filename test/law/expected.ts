import type { Click, Order } from '../../src/events.ts'
import { Load, OPENING } from './load.ts'
import type { Judged } from './verdict.ts'

/** What the load consists of, found by making it again. */
export interface Expected {
  /** Topic and partition, as `orders-3`, to the number of its records. */
  readonly records: ReadonlyMap<string, number>
  /** Of `fraud-scores`: the orders that were placed, and the logins. */
  readonly subjects: ReadonlySet<string>
}

export const expectedOf = ({ plan, lastSlot }: Judged): Expected => {
  const load = new Load(plan)
  const records = new Map<string, number>()
  const subjects = new Set<string>()
  for (let slot = OPENING; slot <= lastSlot; slot++) {
    for (const { topic, partition, record } of load.recordsOf(slot)) {
      const place = `${topic.name}-${partition}`
      records.set(place, (records.get(place) ?? 0) + 1)
      const subject = subjectOf(topic.name, record)
      if (subject !== null) subjects.add(subject)
    }
  }
  return { records, subjects }
}

const subjectOf = (topic: string, record: object): string | null => {
  const { type } = record as { type?: string }
  if (topic === 'orders' && type === 'PLACED') return (record as Order).orderId
  return topic === 'clickstream' && type === 'LOGIN' ? (record as Click).eventId : null
}
