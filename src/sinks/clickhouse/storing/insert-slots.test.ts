import fc from 'fast-check'
import { expect, test } from 'vitest'
import { InsertSlots } from './insert-slots.ts'

const SLOTS = 2
const tick = () => new Promise(resolve => setImmediate(resolve))

test('inserts take turns in the order in which they asked, so many at a time', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 30 }), async tables => {
      const slots = new InsertSlots(SLOTS)
      const { signal } = new AbortController()
      const begun: number[] = []
      let underWay = 0
      const all = tables.map((table, n) =>
        slots.run(`t${table}`, signal, async () => {
          begun.push(n)
          expect(++underWay).toBeLessThanOrEqual(SLOTS)
          await tick()
          underWay--
          if (n % 3 === 0) throw new Error('failed')
        }),
      )
      const outcomes = await Promise.allSettled(all)
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(
        tables.map((_, n) => n % 3 === 0),
      )
      expect(begun).toEqual(tables.map((_, n) => n))
    }),
    { numRuns: 50 },
  ))

test('inserts that hang leave room for other tables, and none for more of their own', async () => {
  const slots = new InsertSlots(SLOTS)
  const abandon = new AbortController()
  const { signal } = abandon
  let hanging = 0
  const hang = () =>
    new Promise<void>((_, reject) => {
      hanging++
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const stuck = [1, 2, 3, 4].map(() => slots.run('stuck', signal, hang))
  const settled = Promise.allSettled(stuck)
  let done = 0
  await Promise.all([1, 2, 3].map(() => slots.run('other', signal, async () => void done++)))
  expect({ done, hanging }).toEqual({ done: 3, hanging: SLOTS })
  abandon.abort()
  expect((await settled).every(({ status }) => status === 'rejected')).toBe(true)
  expect(hanging).toBe(SLOTS)
})
