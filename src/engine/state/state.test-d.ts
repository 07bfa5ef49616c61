import { expectTypeOf, test } from 'vitest'
import { array, enumOf, long, nullable, record, string } from '../form.ts'
import type { ViewOf } from './cell.ts'
import {
  decayed,
  distinct,
  listOf,
  mapOf,
  quantiles,
  recentSet,
  rollingCount,
  type Value,
  value,
} from './index.ts'

declare const view: <C>(cell: C) => ViewOf<C>

test('the type of a value is that of its form', () => {
  const stage = value(enumOf('VISITOR', 'CUSTOMER'), 'VISITOR')
  expectTypeOf(view(stage)).toEqualTypeOf<Value<'VISITOR' | 'CUSTOMER'>>()
  expectTypeOf(view(value(nullable(long), null)).get()).toEqualTypeOf<number | null>()
  expectTypeOf(view(value(record({ a: long }), { a: 1 })).get()).toEqualTypeOf<{ a: number }>()
  // @ts-expect-error: not one of the symbols
  value(enumOf('VISITOR', 'CUSTOMER'), 'GHOST')
  // @ts-expect-error: null where the form has none
  value(long, null)
  // @ts-expect-error: not one of the symbols
  view(stage).set('GHOST')
  // @ts-expect-error: a field is missing
  value(record({ a: long, b: string }), { a: 1 })
})

test('items and entries have the type of their form', () => {
  const orders = view(listOf(record({ id: string }), { max: 3 }))
  expectTypeOf(orders.items()).toEqualTypeOf<readonly { id: string }[]>()
  expectTypeOf(orders.last()).toEqualTypeOf<{ id: string } | undefined>()
  // @ts-expect-error: a field that the form does not have
  orders.push({ id: 'a', total: 1 })
  // @ts-expect-error: items are changed through the view alone
  orders.items().push({ id: 'a' })
  const prices = view(mapOf(array(long), { max: 3 }))
  expectTypeOf(prices.get('a')).toEqualTypeOf<number[] | undefined>()
  // @ts-expect-error: not the form's type
  prices.set('a', 1)
})

test('a bound cannot be left out or misspelt', () => {
  // @ts-expect-error: a list has a bound
  listOf(long, {})
  // @ts-expect-error: a map has a bound
  mapOf(long)
  // @ts-expect-error: a set has a bound
  recentSet({ spanMs: 5 })
  // @ts-expect-error: a count has steps
  rollingCount({ spanMs: 5 })
  // @ts-expect-error: misspelt
  decayed({ halflifeMs: 5 })
  // @ts-expect-error: misspelt
  distinct({ span: 5 })
  // @ts-expect-error: misspelt
  quantiles({ error: 0.1 })
})

test('a view has what its kind has, and no more', () => {
  const count = view(rollingCount({ spanMs: 5, stepMs: 5 }))
  expectTypeOf(count.total(5)).toEqualTypeOf<number>()
  // @ts-expect-error: an amount is a number
  count.add(5, '1')
  // @ts-expect-error: no such method
  count.reset()
  // @ts-expect-error: the size is read only
  view(recentSet({ max: 5 })).size = 0
  expectTypeOf(view(quantiles()).quantile(0.5)).toEqualTypeOf<number | null>()
  // @ts-expect-error: an item is a text
  view(distinct()).add(5, 5)
})
