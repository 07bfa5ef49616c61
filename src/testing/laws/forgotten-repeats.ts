import { type EngineFields, identityOf } from '../../engine/arrival.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { Harness } from '../harness.ts'
import { isSend, type ScriptStep } from '../script.ts'

/**
 * A script without the records that repeat an id after the horizon within which repeats are known.
 * The horizon is one of the partition's time, whosever records that is made of: another key's record
 * may be what makes an id forgotten.
 */
export const withoutForgottenRepeats = (
  pipeline: Pipeline,
  steps: readonly ScriptStep[],
  horizonMs: number,
): readonly ScriptStep[] => {
  const mill = new Harness([pipeline])
  const partitions = new Map<string, Partition>()
  return steps.filter(step => {
    if (!isSend(step)) return true
    const { event, failure, topic } = mill.decode(step)
    if (!event || failure !== null) return true
    const name = `${topic.name}/${step.partition ?? 0}`
    const partition = partitions.get(name) ?? { newest: -Infinity, seen: new Map() }
    partitions.set(name, partition)
    return !isForgotten(partition, idsOf(topic, event), event.occurredAt, horizonMs)
  })
}

/** The newest time, and what that was when an id came first. */
interface Partition {
  newest: number
  readonly seen: Map<string, number>
}

const isForgotten = (
  partition: Partition,
  ids: readonly string[],
  occurredAt: number,
  horizonMs: number,
): boolean => {
  partition.newest = Math.max(partition.newest, occurredAt)
  return ids.some(id => {
    const since = partition.seen.get(id)
    partition.seen.set(id, since ?? partition.newest)
    return since !== undefined && partition.newest - since >= horizonMs
  })
}

/** By what a topic's records are known again: their identity, and what may happen only once. */
export const idsOf = (topic: AnyTopic, event: EngineFields): string[] => {
  const ids = [`id ${topic.name} ${identityOf(topic, event)}`]
  if (topic.once) {
    const fields = event as unknown as Readonly<Record<string, unknown>>
    ids.push(`once ${topic.name} ${String(fields[topic.once.by])}`)
  }
  return ids
}
