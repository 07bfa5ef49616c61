import { expect, test } from 'vitest'
import { InsertWaited } from './insert.ts'
import { insertRetrying } from './retrying.ts'

/** Tells of each attempt that failed as these say, before one is through. */
const toldOf = async (...failures: readonly Error[]): Promise<readonly string[]> => {
  const left = [...failures]
  const told: string[] = []
  const insert = async (): Promise<void> => {
    const failure = left.shift()
    if (failure) throw failure
  }
  await insertRetrying(insert, {
    signal: new AbortController().signal,
    backOff: { firstMs: 1, maxMs: 1 },
    onRetry: (error, attempts) => void told.push(`${attempts}: ${(error as Error).message}`),
  })
  expect(left).toEqual([])
  return told
}

const waited = () => new InsertWaited('waited')
const failed = () => new Error('socket hang up')

test('an insert that only waited for its turn is no trouble, as long as the next attempt is through', async () => {
  expect(await toldOf(waited())).toEqual([])
})

test('an insert that waits again and again is told of, as it does not get through', async () => {
  expect(await toldOf(waited(), waited(), waited())).toEqual(['2: waited', '3: waited'])
})

test('what ClickHouse, or the way to it, fails with is told of from the first time on', async () => {
  expect(await toldOf(failed())).toEqual(['1: socket hang up'])
  expect(await toldOf(waited(), failed())).toEqual(['2: socket hang up'])
  expect(await toldOf(failed(), waited())).toEqual(['1: socket hang up', '2: waited'])
})
