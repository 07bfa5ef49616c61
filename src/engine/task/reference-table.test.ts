import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EngineFields } from '../arrival.ts'
import type { AnyTopic } from '../topic.ts'
import { ReferenceTable } from './reference-table.ts'

const topicOf = (kind: 'reference' | 'control', keyedBy: readonly string[]) =>
  ({ name: 'policies', kind, keyedBy }) as unknown as AnyTopic
const tableOf = (kind: 'reference' | 'control', keyedBy: readonly string[]) =>
  new ReferenceTable(topicOf(kind, keyedBy))

const policy = (version: string, effectiveAt: number | null, occurredAt = 0) =>
  ({ id: 'p', version, effectiveAt, occurredAt }) as EngineFields

test('the last record of a key by event time counts, and at the same time the later to come', () => {
  const table = tableOf('reference', ['sku', 'market'])
  const price = (minor: number, occurredAt: number) =>
    ({ sku: 's', market: 'm', minor, occurredAt }) as EngineFields
  expect(table.put(price(1, 10))).toBe(true)
  expect(table.put(price(2, 9))).toBe(false)
  expect(table.get('s@m')).toMatchObject({ minor: 1 })
  expect(table.put(price(3, 10))).toBe(true)
  expect(table.get('s@m')).toMatchObject({ minor: 3 })
  expect(table.get('s@other')).toBeUndefined()
})

test('a version takes effect at its time, and until a later one does', () => {
  const table = tableOf('control', ['id', 'version'])
  expect(table.put(policy('2', 20))).toBe(false)
  table.put(policy('1', 10))
  expect(table.get('p')).toBeUndefined()
  expect(table.hasDue(9)).toBe(false)
  expect(table.publish(10)).toEqual({ tookEffect: ['p@1'], superseded: [] })
  expect(table.get('p')).toMatchObject({ version: '1' })
  expect(table.publish(25)).toEqual({ tookEffect: ['p@2'], superseded: ['p@1'] })
  table.put(policy('3', null, 30))
  expect(table.publish(29)).toEqual({ tookEffect: [], superseded: [] })
  expect(table.publish(30)).toEqual({ tookEffect: ['p@3'], superseded: ['p@2'] })
})

test('a version that comes after a later one took effect has had its time', () => {
  const table = tableOf('control', ['id', 'version'])
  table.put(policy('2', 20))
  table.publish(20)
  table.put(policy('1', 10))
  expect(table.publish(20)).toEqual({ tookEffect: [], superseded: ['p@1'] })
  expect(table.get('p')).toMatchObject({ version: '2' })
})

test('a version says nothing more once it waits, is in effect, or a later one is', () => {
  const table = tableOf('control', ['id', 'version'])
  const knows = (version: string, effectiveAt: number) =>
    table.hasVersion(policy(version, effectiveAt))
  table.put(policy('2', 20))
  table.put(policy('3', 30))
  expect([knows('2', 20), knows('3', 30), knows('1', 10)]).toEqual([true, true, false])
  table.publish(20)
  // Of the first nothing is kept: that a later one is in effect says enough.
  expect([knows('1', 10), knows('2', 20), knows('3', 30)]).toEqual([true, true, true])
  expect([knows('4', 25), knows('2', 40)]).toEqual([false, true])
})

test('which version is in effect does not depend on when versions came', () => {
  const version = fc.record({ at: fc.nat(8), name: fc.constantFrom('1', '2', '3') })
  const versions = fc.uniqueArray(version, { maxLength: 8, selector: v => `${v.at} ${v.name}` })
  fc.assert(
    fc.property(versions, fc.array(fc.nat(8)), (versions, watermarks) => {
      const [early, late] = [
        tableOf('control', ['id', 'version']),
        tableOf('control', ['id', 'version']),
      ]
      versions.forEach(({ at, name }, index) => {
        early.put(policy(name, at))
        early.publish(watermarks[index] ?? 0)
      })
      for (const { at, name } of versions.toReversed()) late.put(policy(name, at))
      early.publish(8)
      late.publish(8)
      expect(early.get('p')).toEqual(late.get('p'))
    }),
  )
})

test('a version that is not accepted leaves the one before it in effect, until a later one is', () => {
  const table = new ReferenceTable(
    topicOf('control', ['id', 'version']),
    row => row.version !== '2',
  )
  for (const [version, at] of [
    ['1', 10],
    ['2', 20],
    ['3', 30],
  ] as const) {
    table.put(policy(version, at))
  }
  expect(table.publish(20).tookEffect).toEqual(['p@1'])
  expect(table.get('p')).toMatchObject({ version: '1' })
  expect(table.refused('p')).toMatchObject({ version: '2' })
  expect(table.publish(30).tookEffect).toEqual(['p@3'])
  expect(table.refused('p')).toBeUndefined()
})

test('what is in effect and what was refused does not depend on when versions came', () => {
  const version = fc.record({ at: fc.nat(8), name: fc.constantFrom('1', '2', '3', '4') })
  const versions = fc.uniqueArray(version, { maxLength: 8, selector: v => `${v.at} ${v.name}` })
  const isEven = (row: { readonly version: string }) => Number(row.version) % 2 === 0
  fc.assert(
    fc.property(versions, fc.array(fc.nat(8)), (versions, watermarks) => {
      const table = new ReferenceTable(topicOf('control', ['id', 'version']), isEven)
      versions.forEach(({ at, name }, index) => {
        table.put(policy(name, at))
        table.publish(watermarks[index] ?? 0)
      })
      table.publish(8)
      const inOrder = versions.toSorted((a, b) => a.at - b.at || Number(a.name) - Number(b.name))
      const inEffect = inOrder.findLast(({ name }) => Number(name) % 2 === 0)
      const last = inOrder.at(-1)
      expect(table.get('p')).toEqual(inEffect && policy(inEffect.name, inEffect.at))
      const refused = last === inEffect ? undefined : last
      expect(table.refused('p')).toEqual(refused && policy(refused.name, refused.at))
    }),
  )
})
