import { expect, test } from 'vitest'
import { areSnapshotsDue } from './snapshot-due.ts'

const MIB = 1024 * 1024

test.each([
  ['nothing happened', [[0, 0]], false],
  ['a first 32 MiB', [[32 * MIB, 0]], true],
  ['less than that', [[32 * MIB - 1, 0]], false],
  ['as much as was saved', [[100 * MIB, 100 * MIB]], true],
  ['less than was saved', [[99 * MIB, 100 * MIB]], false],
  [
    'a small task that changed fifty times over, beside a large one',
    [
      [50 * MIB, MIB],
      [0, 300 * MIB],
    ],
    false,
  ],
  [
    'several tasks that changed little each',
    [
      [20 * MIB, 10 * MIB],
      [20 * MIB, 10 * MIB],
    ],
    true,
  ],
] as const)('%s', (_, tasks, isDue) => {
  const since = tasks.map(([bytesSince, snapshotBytes]) => ({ bytesSince, snapshotBytes }))
  expect(areSnapshotsDue(since)).toBe(isDue)
})
