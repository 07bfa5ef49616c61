import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { EngineFields } from '../arrival.ts'
import type { AnyTopic } from '../topic.ts'
import { ReferenceTable } from './reference-table.ts'

const tableOf = (kind: 'reference' | 'control', keyedBy: readonly string[]) =>
  new ReferenceTable({ name: 'policies', kind, keyedBy } as unknown as AnyTopic)

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
