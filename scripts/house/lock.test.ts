import { expect, test } from 'vitest'
import { lockBreaches } from './lock.ts'

const biome = { optionalDependencies: { 'cli-linux': '2.0.0', 'cli-darwin': '2.0.0' } }

test('a platform that the lock file leaves out is a breach', () => {
  const packages = { 'node_modules/biome': biome, 'node_modules/cli-linux': {} }
  const found = lockBreaches({ packages })
  expect(found.map(breach => breach.instead)).toEqual([expect.stringContaining('cli-darwin 2.0.0')])
})

test('an entry beside its parent, or below it, will do', () => {
  const packages = {
    'node_modules/biome': biome,
    'node_modules/cli-linux': {},
    'node_modules/biome/node_modules/cli-darwin': {},
  }
  expect(lockBreaches({ packages })).toEqual([])
})
