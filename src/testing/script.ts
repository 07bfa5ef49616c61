/**
 * Scripts: what happens to pipelines, step by step, as plain data that fast-check can shrink.
 *
 *   const script = [send(orders, { eventId: 'e1', … }), commit, tick(hours(1))]
 */
import type { Instant } from '../engine/time.ts'
import type { AnyTopic, Topic } from '../engine/topic.ts'

/** A record as a producer would write it in JSON: what may be null may be left out. */
export type Loose<T> = { readonly [K in keyof T]?: unknown } & { readonly occurredAt?: unknown }

export type ScriptStep = Send | Tick | CommitStep

export interface Send {
  readonly send: AnyTopic
  /** As a producer would write it in JSON. */
  readonly record: Readonly<Record<string, unknown>>
  /** Of the source topic. Default 0. */
  readonly partition?: number
}

/** The clock reaches this moment, with all partitions read to their end. */
export interface Tick {
  readonly tick: Instant
}

/** A commit before the batch is full. */
export interface CommitStep {
  readonly commit: true
}

export const send = <T>(topic: Topic<T>, record: Loose<T>, partition = 0): Send => ({
  send: topic,
  record: record as Readonly<Record<string, unknown>>,
  partition,
})

export const tick = (at: Instant): Tick => ({ tick: at })

export const commit: CommitStep = { commit: true }

export const isSend = (step: ScriptStep): step is Send => 'send' in step

/** A script as lines that can be read, one per step. */
export const scriptText = (script: readonly ScriptStep[]): string =>
  ['', ...script.map((step, index) => `  ${index + 1}. ${stepText(step)}`), ''].join('\n')

const stepText = (step: ScriptStep): string => {
  if ('tick' in step) return `tick ${step.tick}`
  if ('commit' in step) return 'commit'
  return `${step.send.name}/${step.partition ?? 0} ${JSON.stringify(step.record)}`
}
