import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HashSet128 } from './hash-set.ts'

// Few first words, so that many hashes want the same place, also at the end of the table; and second
// ones with the same tag.
const hash = fc
  .tuple(fc.constantFrom(0, 1, 14, 15, 16, -1), fc.constantFrom(0, 1, 128), fc.nat(1), fc.nat(2))
  .map(words => Int32Array.from(words))
const step = fc.record({ what: fc.constantFrom('add', 'add', 'has', 'delete'), hash })

const textOf = (hash: Int32Array): string => hash.join(' ')

const textsOf = (set: HashSet128): string[] => {
  const texts: string[] = []
  set.forEach((...words) => {
    texts.push(textOf(Int32Array.from(words)))
  })
  return texts
}

test('hashes are held as in a set of texts, however they cluster', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, size: 'max' }), script => {
      const set = new HashSet128(16)
      const model = new Set<string>()
      for (const { what, hash } of script) {
        const text = textOf(hash)
        expect(set.has(hash)).toBe(model.has(text))
        if (what === 'add') {
          expect(set.add(hash)).toBe(!model.has(text))
          model.add(text)
        } else if (what === 'delete') expect(set.delete(hash)).toBe(model.delete(text))
        expect(set.size).toBe(model.size)
      }
      expect(textsOf(set).sort()).toEqual([...model].sort())
    }),
    { numRuns: 60 },
  )
})

test('it grows, and shrinks to nothing again', () => {
  const set = new HashSet128()
  const hashes = Array.from({ length: 20_000 }, (_, i) => Int32Array.of(i * 7_919, i, 0, 0))
  for (const hash of hashes) expect(set.add(hash)).toBe(true)
  expect(set.size).toBe(20_000)
  expect(hashes.every(hash => set.has(hash))).toBe(true)
  for (const hash of hashes) expect(set.delete(hash)).toBe(true)
  expect(textsOf(set)).toEqual([])
})
