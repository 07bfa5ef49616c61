import { expect, test } from 'vitest'
import { partitionName, partitionNameOf } from './partition-name.ts'

test('a partition is called what changelogs and intents of earlier versions call it', () => {
  expect(partitionName('orders', 3)).toBe('orders|3')
  expect(partitionNameOf({ topic: 'price-changes', partition: 12 })).toBe('price-changes|12')
})
