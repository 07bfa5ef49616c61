import { expect, test } from 'vitest'
import { patiently } from './patience.ts'

const isLeaderMissing = (error: unknown): boolean => error === 'no leader yet'

/** Fails so often before it answers. */
const answersAfter = (failures: number, failure = 'no leader yet') => {
  let asked = 0
  const ask = async (): Promise<number> => {
    asked++
    if (asked <= failures) throw failure
    return asked
  }
  return { ask, times: () => asked }
}

test('what passes by itself is asked again until it is answered', async () => {
  const broker = answersAfter(3)
  expect(await patiently(isLeaderMissing, broker.ask)).toBe(4)
})

test('what does not pass is told at once', async () => {
  const broker = answersAfter(1, 'not allowed')
  await expect(patiently(isLeaderMissing, broker.ask)).rejects.toBe('not allowed')
  expect(broker.times()).toBe(1)
})

test('patience has an end, which tells what was wrong', async () => {
  const broker = answersAfter(Number.POSITIVE_INFINITY)
  await expect(patiently(isLeaderMissing, broker.ask, 100)).rejects.toBe('no leader yet')
  expect(broker.times()).toBeGreaterThan(1)
})
