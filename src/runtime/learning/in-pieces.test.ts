import { expect, test } from 'vitest'
import { inPieces } from './in-pieces.ts'

const busy = (ms: number): void => {
  const until = performance.now() + ms
  while (performance.now() < until) {
    // Computing.
  }
}

function* steps(
  count: number,
  ms: number,
  done: number[],
): Generator<undefined, string, undefined> {
  for (let step = 0; step < count; step++) {
    busy(ms)
    done.push(step)
    yield
  }
  return 'found'
}

test('everything else in the process has its turn between pieces', async () => {
  let turns = 0
  const counting = setInterval(() => turns++, 1)
  const done: number[] = []
  expect(await inPieces(steps(20, 4, done), () => false)).toBe('found')
  clearInterval(counting)
  expect(done).toHaveLength(20)
  // Two steps of 4 ms are a piece, and ten of these have at least nine rests between them.
  expect(turns).toBeGreaterThanOrEqual(9)
})

test('what is quickly done is done in one piece', async () => {
  const done: number[] = []
  let asked = 0
  await inPieces(steps(10, 0, done), () => ++asked > 1)
  expect(done).toHaveLength(10)
})

test('it is given up between two pieces', async () => {
  const done: number[] = []
  expect(await inPieces(steps(1_000, 6, done), () => done.length >= 2)).toBeNull()
  expect(done).toHaveLength(2)
})
