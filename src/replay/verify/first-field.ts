import { codecsOf } from '../../engine/schema/codecs.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import type { FieldDifference } from './difference.ts'

const SHOWN_CHARACTERS = 200

/** The first field of two records that differs; of bytes that cannot be read, the first byte. */
export const firstField = (topic: AnyTopic, log: Buffer, again: Buffer): FieldDifference | null => {
  const [was, is] = [recordIn(topic, log), recordIn(topic, again)]
  if (was === null || is === null) return firstByte(log, again)
  for (const name of new Set([...Object.keys(was), ...Object.keys(is)])) {
    const [inLog, now] = [textOf(was[name]), textOf(is[name])]
    if (inLog !== now) return { name, log: shown(inLog), again: shown(now) }
  }
  // The same record, in other bytes.
  return firstByte(log, again)
}

export const firstByte = (log: Buffer, again: Buffer): FieldDifference | null => {
  if (log.equals(again)) return null
  let at = 0
  while (at < log.length && log[at] === again[at]) at++
  const from = (bytes: Buffer): string =>
    at < bytes.length ? `0x${bytes.toString('hex', at, at + 8)}` : 'its end'
  return { name: `byte ${at}`, log: from(log), again: from(again) }
}

const recordIn = (topic: AnyTopic, bytes: Buffer): Readonly<Record<string, unknown>> | null => {
  try {
    return codecsOf(topic).decodeAvro(bytes) as Readonly<Record<string, unknown>>
  } catch {
    return null
  }
}

const textOf = (value: unknown): string =>
  JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? String(each) : each)) ??
  'absent'

const shown = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text
