import { describe, expect, test } from 'vitest'
import { HotKeys } from './hot-keys.ts'

/** Numbers that look like chance, the same each time. */
const spread = (number: number): number => (Math.imul(number, 0x9e3779b1) >>> 8) / 2 ** 24

const noted = (records: number, keyOf: (number: number) => string): HotKeys => {
  const keys = new HotKeys()
  for (let number = 0; number < records; number++) keys.note(keyOf(number))
  return keys
}

describe('hot keys', () => {
  test('a key with a third of the records is named, with about its share', () => {
    const keys = noted(200_000, n => (spread(n) < 1 / 3 ? 'ann' : `user ${n}`))
    const [hottest, ...others] = keys.found()
    expect(hottest!.key).toBe('ann')
    expect(hottest!.share).toBeGreaterThan(0.25)
    expect(hottest!.share).toBeLessThan(0.4)
    expect(others).toEqual([])
  })

  test('the greatest comes first', () => {
    const keys = noted(200_000, n => {
      const at = spread(n)
      return at < 0.2 ? 'bob' : at < 0.5 ? 'ann' : `user ${n}`
    })
    expect(keys.found().map(({ key }) => key)).toEqual(['ann', 'bob'])
  })

  test('nobody stands out among many', () => {
    expect(noted(200_000, n => `user ${n % 5_000}`).found()).toEqual([])
  })

  test('nothing is said of few records', () => {
    expect(noted(500, () => 'ann').found()).toEqual([])
  })

  test('a key that was hot once is forgotten', () => {
    const keys = noted(100_000, () => 'ann')
    for (let number = 0; number < 1_000_000; number++) keys.note(`user ${number}`)
    expect(keys.found()).toEqual([])
  })
})
