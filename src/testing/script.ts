/**
 * Scripts: what happens to pipelines, step by step, as plain data that fast-check can shrink.
 *
 *   const script = [send(orders, { eventId: 'e1', … }), commit, tick(hours(1))]
 */
import type { RecordFormat } from '../engine/arrival.ts'
import type { Instant } from '../engine/time.ts'
import type { AnyTopic, Topic } from '../engine/topic.ts'
import type { Harness, Loose } from './harness.ts'

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

export type Encode = (step: Send) => { readonly value: Buffer; readonly format: RecordFormat }

export const asJson: Encode = ({ record }) => ({
  value: Buffer.from(JSON.stringify(record)),
  format: 'json',
})

/** Does one step; where the harness has a batch size, a full batch commits. */
export const playStep = (mill: Harness, step: ScriptStep, encode: Encode = asJson): void => {
  if ('tick' in step) mill.tick(step.tick)
  else if ('commit' in step) mill.commit()
  else {
    const { value, format } = encode(step)
    mill.sendBytes(step.send.name, value, { partition: step.partition ?? 0, format })
  }
}

/** A script as lines that can be read, one per step. */
export const scriptText = (script: readonly ScriptStep[]): string =>
  ['', ...script.map((step, index) => `  ${index + 1}. ${stepText(step)}`), ''].join('\n')

const stepText = (step: ScriptStep): string => {
  if ('tick' in step) return `tick ${step.tick}`
  if ('commit' in step) return 'commit'
  return `${step.send.name}/${step.partition ?? 0} ${JSON.stringify(step.record)}`
}
