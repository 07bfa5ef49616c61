import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hours } from '../engine/time.ts'
import { pipelineLaws } from './laws.ts'
import { CIRCLE } from './sample-circle.ts'
import { counting, following, sampleScripts, scattering } from './sample-pipelines.ts'
import { commit, type ScriptStep, tick } from './script.ts'
import { circleEvents } from './simulation/circle-events.ts'
import { Random } from './simulation/random.ts'

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

describe('pipelines in a circle', () => {
  const scripts = fc
    .tuple(fc.nat(), fc.array(fc.nat(hours(30)).map(tick), { maxLength: 5 }), fc.array(fc.nat()))
    .map(([seed, ticks, places]) => {
      const script: ScriptStep[] = [...circleEvents(new Random(seed), 2)]
      for (const [i, each] of ticks.entries()) {
        script.splice((places[i] ?? 0) % script.length, 0, each)
      }
      for (const place of places) script.splice(place % script.length, 0, commit)
      return script
    })
  const laws = pipelineLaws(CIRCLE, scripts, setting)
  for (const law of laws) {
    if (law.name !== 'keys do not touch each other') test(law.name, law.check)
  }
})

test('a pipeline in order of arrival is not held to the law about disorder', () => {
  const names = pipelineLaws(scattering, sampleScripts).map(law => law.name)
  expect(names).not.toContain('disorder within the allowed changes nothing')
})
