import avsc from 'avsc'
import { expect, test } from 'vitest'
import {
  array,
  boolean,
  bytes,
  double,
  enumOf,
  type Form,
  int,
  long,
  map,
  named,
  nullable,
  record,
  string,
  type ValueOf,
} from './form.ts'

const visit = record({
  at: long,
  url: nullable(string),
  kind: enumOf('PAGE', 'CART'),
  items: array(record({ sku: string, quantity: int })),
  prices: map(double),
  seen: boolean,
  hash: bytes,
})
type Visit = ValueOf<typeof visit>

const copied = <T>(form: Form<T>, value: T): T => {
  const type = avsc.Type.forSchema(named(form.avro, 'pipeline_cell') as avsc.Schema, {
    wrapUnions: 'never',
  })
  return type.fromBuffer(type.toBuffer(value)) as T
}

test('what a form writes down is read back equal', () => {
  const value: Visit = {
    at: 2 ** 52,
    url: null,
    kind: 'CART',
    items: [{ sku: 'a', quantity: -1 }],
    prices: { a: 0.1 },
    seen: true,
    hash: Buffer.from([0, 255]),
  }
  expect(copied(visit, value)).toEqual(value)
  expect(copied(nullable(long), 5)).toBe(5)
  expect(copied(nullable(long), null)).toBe(null)
})

test('a long is exact up to 2^52 in magnitude', () => {
  for (const n of [2 ** 52, 2 ** 52 - 1, 2 ** 31, 2 ** 30 - 1, 1, 0]) {
    expect(copied(long, n)).toBe(n)
    expect(copied(long, -n) + n).toBe(0)
  }
})

test('every record and enum is named by its place', () => {
  expect(named(visit.avro, 'segments_visit')).toMatchObject({
    name: 'segments_visit',
    fields: [
      {},
      { type: ['null', 'string'] },
      { type: { name: 'segments_visit_kind' } },
      { type: { items: { name: 'segments_visit_items_item' } } },
      {},
      {},
      {},
    ],
  })
  expect(named(map(record({ a: int })).avro, 'm')).toMatchObject({ values: { name: 'm_value' } })
})

test('naming leaves the form itself as it was', () => {
  const before = JSON.stringify(visit.avro)
  named(visit.avro, 'somewhere')
  expect(JSON.stringify(visit.avro)).toBe(before)
})
