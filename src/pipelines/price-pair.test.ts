import fc from 'fast-check'
import { expect, test } from 'vitest'
import { marketOf, pairOf, skuOf } from './price-pair.ts'

test('a pair reads as its article and its market', () => {
  expect(pairOf('tea', 'UK')).toBe('3|tea|UK')
  expect(pairOf('tea', null)).toBe('3|tea|')
})

/** With the characters that a pair is made of. */
const text = fc.string({ unit: fc.constantFrom('|', '1', '2', 'a', 'ö', '🍵'), maxLength: 6 })
const market = fc.option(text.filter(name => name !== ''))

test('a pair has its article and its market, whatever characters are in them', () => {
  fc.assert(
    fc.property(text, market, (sku, name) => {
      const pair = pairOf(sku, name)
      expect([skuOf(pair), marketOf(pair)]).toEqual([sku, name])
    }),
  )
})

test('two pairs are one key only where article and market are the same', () => {
  fc.assert(
    fc.property(text, market, text, market, (sku, name, otherSku, otherName) => {
      const isSame = sku === otherSku && name === otherName
      expect(pairOf(sku, name) === pairOf(otherSku, otherName)).toBe(isSame)
    }),
  )
})
