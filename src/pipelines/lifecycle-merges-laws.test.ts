import { describe, test } from 'vitest'
import { pipelineLaws } from '../testing/laws.ts'
import { erasingShopScripts } from '../testing/shop-scripts.ts'
import { identityMerges } from './identity-merges.ts'
import { lifecycleSegments } from './lifecycle-segments.ts'

describe('the laws of pipelines, where visitors turn out to be users and people are erased', () => {
  const chained = [identityMerges, lifecycleSegments]
  const laws = pipelineLaws(chained, erasingShopScripts, { partitions: 2, runs: 30 })
  for (const law of laws) test(law.name, law.check)
})
