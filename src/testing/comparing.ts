/** What runs are compared by: lines of text, so that a difference can be shown to people. */
import type { Output } from '../engine/commit.ts'
import { Duplicates } from '../engine/order/duplicates.ts'
import { codecsOf } from '../engine/schema/codecs.ts'

/** Saved state by task, the last value per key. */
export type SavedState = ReadonlyMap<string, ReadonlyMap<string, Buffer>>

/** One line per output, in order: topic, key, id and the record as canonical JSON. */
export const outputLines = (outputs: readonly Output[]): string[] => outputs.map(outputLine)

export const outputLine = ({ topic, key, record, resultId }: Output): string =>
  `${topic.name} ${key} ${resultId} ${codecsOf(topic).encodeJson(record)}`

/** The bytes as a log would get them. */
export const outputBytes = (outputs: readonly Output[]): string[] =>
  outputs.map(
    ({ topic, key, value }) => `${topic.name} ${key} ${Buffer.from(value).toString('hex')}`,
  )

/** Saved state byte for byte, as the changelog has it. Depends on where the commits were. */
export const stateBytes = (state: SavedState): string[] => {
  const lines: string[] = []
  for (const [task, entries] of state) {
    for (const [key, value] of entries) lines.push(`${task} ${key} ${value.toString('hex')}`)
  }
  return lines.sort()
}

/** The same, with remembered ids as sets: what commits cannot change. */
export const stateLines = (state: SavedState): string[] => {
  const lines: string[] = []
  for (const [task, entries] of state) {
    const remembered = new Map<string, Duplicates>()
    for (const [key, value] of entries) {
      if (key.startsWith('d:')) rememberInto(remembered, key, value)
      else lines.push(`${task} ${key} ${value.toString('hex')}`)
    }
    for (const [source, ids] of remembered) lines.push(`${task} d:${source} ${ids.text()}`)
  }
  return lines.sort()
}

const rememberInto = (remembered: Map<string, Duplicates>, key: string, value: Buffer): void => {
  const cut = key.lastIndexOf(':')
  const source = key.slice(2, cut)
  const ids = remembered.get(source) ?? new Duplicates(Infinity, Infinity)
  remembered.set(source, ids)
  ids.load(key.slice(cut + 1), value)
}

/** Only what belongs to keys: their cells and timers, what is held for them, their open gathers. */
export const keyedState = (lines: readonly string[]): string[] =>
  lines.filter(line => /^\S+ [khg]:/.test(line))

/** Throws with the first difference, and what stands around it. */
export const expectSame = (
  what: string,
  expected: readonly string[],
  actual: readonly string[],
): void => {
  const longer = Math.max(expected.length, actual.length)
  for (let at = 0; at < longer; at++) {
    if (expected[at] !== actual[at]) throw new Error(differenceText(what, at, expected, actual))
  }
}

const differenceText = (
  what: string,
  at: number,
  expected: readonly string[],
  actual: readonly string[],
): string =>
  [
    `${what} differ from line ${at + 1} on (${expected.length} lines expected, ${actual.length} found):`,
    ...expected.slice(Math.max(0, at - 2), at).map(line => `    both     ${line}`),
    `    expected ${expected[at] ?? '(nothing)'}`,
    `    found    ${actual[at] ?? '(nothing)'}`,
  ].join('\n')
