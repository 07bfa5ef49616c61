import { expect, test } from 'vitest'
import { codeFile } from './files.ts'
import { onePriceBreaches } from './one-price.ts'

const breached = (texts: Readonly<Record<string, string>>) =>
  onePriceBreaches(Object.entries(texts).map(([path, text]) => codeFile(path, text))).map(
    ({ path, line, instead }) => `${path}:${line} ${instead}`,
  )

test('what sets prices may not read of the deals of one person, directly or by way of others', () => {
  const found = breached({
    'src/models/price-choice.ts': "\nimport { dealAffinityOf } from './deal-affinity.ts'",
    'src/pipelines/price-elasticities.ts': "import { a } from './price-state.ts'",
    'src/pipelines/price-state.ts': "import { a } from './home.ts'",
    'src/pipelines/home.ts': "import type { Grounds } from './lifecycle-grounds.ts'",
  })
  expect(found).toEqual([
    'src/models/price-choice.ts:2 set prices without src/models/deal-affinity.ts, which is about one person',
    ...['price-elasticities', 'price-state'].map(
      name =>
        `src/pipelines/${name}.ts:1 set prices without src/pipelines/lifecycle-grounds.ts, which is about one person`,
    ),
  ])
})

test.each([
  'src/models/lerner-price.ts',
  'src/models/demand-bucket.ts',
  'src/models/basket-lift.ts',
  'src/models/elasticity-pooling.ts',
  'src/pipelines/demand-observations.ts',
  'src/pipelines/basket-counts.ts',
])('%s is of what prices are set by', path => {
  expect(breached({ [path]: "import { a } from '../models/deal-affinity.ts'" })).toHaveLength(1)
})

test('segments may read of deals, and prices of all people together', () => {
  const found = breached({
    'src/pipelines/lifecycle-segments.ts': "import { a } from '../models/deal-affinity.ts'",
    'src/pipelines/price-elasticities.ts': "import { a } from '../models/elasticity-demand.ts'",
    'src/models/elasticity-demand.ts': "import { a } from './elasticity-beliefs.ts'",
  })
  expect(found).toEqual([])
})
