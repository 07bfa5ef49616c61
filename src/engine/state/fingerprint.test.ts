import avsc from 'avsc'
import { expect, test } from 'vitest'
import {
  array,
  double,
  enumOf,
  type Form,
  int,
  long,
  named,
  nullable,
  record,
  string,
} from '../form.ts'
import type { AnyCell } from './cell.ts'
import { comparedLayouts, fingerprintOf, type Layout, layoutOf } from './fingerprint.ts'
import {
  decayed,
  distinct,
  listOf,
  mapOf,
  quantiles,
  recentSet,
  rollingCount,
  value,
} from './index.ts'

type Cells = Record<string, AnyCell>

/** A layout as it comes back from where it was saved. */
const saved = (cells: Cells): Layout => JSON.parse(JSON.stringify(layoutOf(cells))) as Layout

const changesOf = (was: Cells, is: Cells): Record<string, string> =>
  Object.fromEntries(
    comparedLayouts(saved(was), layoutOf(is)).map(({ cell, change }) => [cell, change]),
  )

const everyKind: Cells = {
  value: value(nullable(string), null),
  rollingCount: rollingCount({ spanMs: 60, stepMs: 10 }),
  decayed: decayed({ halfLifeMs: 60 }),
  recentSet: recentSet({ max: 5 }),
  distinct: distinct({ spanMs: 60 }),
  quantiles: quantiles(),
  listOf: listOf(record({ at: long }), { max: 5 }),
  mapOf: mapOf(double, { max: 5 }),
}

test('a saved layout of every kind is the same as the declared one', () => {
  for (const change of Object.values(changesOf(everyKind, everyKind))) expect(change).toBe('same')
  expect(Object.keys(changesOf(everyKind, everyKind)).sort()).toEqual(Object.keys(everyKind).sort())
})

test('a fingerprint does not depend on the order of attributes, and does on everything else', () => {
  const { kind, form, view } = rollingCount({ spanMs: 60, stepMs: 10 })
  const turned: AnyCell = { view, form, bounds: { stepMs: 10, spanMs: 60 }, kind }
  expect(fingerprintOf(turned)).toBe(fingerprintOf(rollingCount({ spanMs: 60, stepMs: 10 })))
  expect(fingerprintOf(turned)).toBe(
    '{"avro":{"items":"long","type":"array"},"bounds":{"spanMs":60,"stepMs":10},"kind":"rollingCount"}',
  )
  const all = [
    ...Object.values(everyKind),
    rollingCount({ spanMs: 60, stepMs: 20 }),
    value(string, ''),
    recentSet({ max: 5, spanMs: 5 }),
  ].map(fingerprintOf)
  expect(new Set(all).size).toBe(all.length)
})

test('a new cell is welcome, and a removed one is refused', () => {
  const before = { visits: value(long, 0) }
  const after = { ...before, orders: value(long, 0) }
  expect(changesOf(before, after)).toEqual({ visits: 'same', orders: 'new' })
  expect(changesOf(after, before)).toEqual({ visits: 'same', orders: 'incompatible' })
})

test('a changed kind, span or bound is refused with what changed and what to do', () => {
  const textsOf = (was: AnyCell, is: AnyCell): string =>
    comparedLayouts(saved({ declines: was }), layoutOf({ declines: is }))
      .map(({ change, text }) => `${change}: ${text}`)
      .join()
  const remedy = "Raise the pipeline's `generation` to start anew, or restore the old declaration."
  const count = rollingCount({ spanMs: 60, stepMs: 10 })
  expect(textsOf(count, rollingCount({ spanMs: 120, stepMs: 10 }))).toBe(
    'incompatible: State cell declines was saved as rollingCount({ spanMs: 60, stepMs: 10 }) ' +
      `and is now declared as rollingCount({ spanMs: 120, stepMs: 10 }). ${remedy}`,
  )
  expect(textsOf(count, decayed({ halfLifeMs: 60 }))).toMatch(/^incompatible: .*decayed/)
  expect(textsOf(listOf(int, { max: 5 }), listOf(int, { max: 6 }))).toMatch(/^incompatible/)
  expect(textsOf(recentSet({ max: 5 }), recentSet({ max: 5, spanMs: 1 }))).toMatch(/^incompatible/)
  expect(textsOf(value(string, ''), value(int, 0))).toMatch(/cannot be read \(.*\)\. Raise/)
})

test('a larger byte limit or another initial value changes no saved value', () => {
  const before = { name: value(string, '') }
  expect(changesOf(before, { name: value(string, 'none', { bytesMax: 9 }) })).toEqual({
    name: 'same',
  })
})

/** Reads a saved form under another one, as the engine does when it restores. */
const reread = (was: Form<unknown>, is: Form<unknown>, held: unknown): unknown => {
  const typeOf = (form: Form<unknown>): avsc.Type =>
    avsc.Type.forSchema(['null', named(form.avro, 'pipeline_cell')] as avsc.Schema, {
      wrapUnions: 'never',
    })
  const [writer, reader] = [typeOf(was), typeOf(is)]
  return reader.fromBuffer(writer.toBuffer(held), reader.createResolver(writer))
}

test('a form that can be read into the new one is resolved', () => {
  const visit = record({ at: int, url: string, kind: enumOf('PAGE') })
  const next = record({ at: long, kind: nullable(enumOf('PAGE', 'CART')) })
  const before = { a: value(int, 0), b: listOf(visit, { max: 2 }), c: mapOf(visit, { max: 2 }) }
  const after = { a: value(double, 0), b: listOf(next, { max: 2 }), c: mapOf(next, { max: 2 }) }
  expect(changesOf(before, after)).toEqual({ a: 'resolve', b: 'resolve', c: 'resolve' })
  expect(changesOf(after, before)).toEqual({
    a: 'incompatible',
    b: 'incompatible',
    c: 'incompatible',
  })
  const held = { at: 7, url: 'x', kind: 'PAGE' }
  expect(reread(before.a.form, after.a.form, 3)).toBe(3)
  const [item] = reread(before.b.form, after.b.form, [held]) as object[]
  expect({ ...item }).toEqual({ at: 7, kind: 'PAGE' })
})

test('what resolves under the one union resolves where the cell is a union itself', () => {
  const [was, is] = [value(nullable(int), null), value(nullable(long), null)]
  expect(changesOf({ a: was }, { a: is })).toEqual({ a: 'resolve' })
  expect(reread(was.form, is.form, { v: 3 })).toMatchObject({ v: 3 })
})

test('the form of a kind of the house itself may not change under saved state', () => {
  const count = rollingCount({ spanMs: 60, stepMs: 10 })
  const older: AnyCell = { ...count, form: array(int) }
  expect(changesOf({ n: older }, { n: count })).toEqual({ n: 'incompatible' })
})
