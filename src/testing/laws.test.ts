import { describe, expect, test } from 'vitest'
import { pipelineLaws } from './laws.ts'
import { counting, following, sampleScripts, scattering } from './sample-pipelines.ts'

const setting = { partitions: 2, sourcePartitions: 2, runs: 40 }

describe('a keyed pipeline in event-time order', () => {
  for (const law of pipelineLaws(counting, sampleScripts, setting)) test(law.name, law.check)
})

describe('a scattered pipeline in order of arrival', () => {
  for (const law of pipelineLaws(scattering, sampleScripts, setting)) test(law.name, law.check)
})

describe('a scattered pipeline in event-time order', () => {
  const patient = { ...scattering, id: 'patient', order: 'event-time' as const }
  for (const law of pipelineLaws(patient, sampleScripts, setting)) test(law.name, law.check)
})

describe('three pipelines together, one behind another', () => {
  const laws = pipelineLaws([counting, following, scattering], sampleScripts, setting)
  for (const law of laws) {
    if (law.name !== 'keys do not touch each other') test(law.name, law.check)
  }
})

test('a pipeline in order of arrival is not held to the law about disorder', () => {
  const names = pipelineLaws(scattering, sampleScripts).map(law => law.name)
  expect(names).not.toContain('disorder within the allowed changes nothing')
})
