import { expect, test } from 'vitest'
import { sideBySide } from './side-by-side.ts'

test('all is done, in order, and never more at a time than allowed', async () => {
  const done: number[] = []
  let underWay = 0
  await sideBySide(3, [0, 1, 2, 3, 4, 5, 6], async item => {
    expect(++underWay).toBeLessThanOrEqual(3)
    await new Promise(resolve => setImmediate(resolve))
    underWay--
    done.push(item)
  })
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6])
})

test('the first failure is told, and nothing begins after it', async () => {
  const begun: number[] = []
  const failing = sideBySide(2, [0, 1, 2, 3, 4], async item => {
    begun.push(item)
    await new Promise(resolve => setImmediate(resolve))
    if (item === 1) throw new Error('one failed')
  })
  await expect(failing).rejects.toThrow('one failed')
  expect(begun).not.toContain(4)
})

test('nothing to do is done at once', async () => {
  await sideBySide(4, [], async () => expect.unreachable())
})
