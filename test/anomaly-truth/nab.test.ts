/** Two real files of the Numenta benchmark. All of it: `npm run bench -- --only nab --data PATH`. */
import { describe, expect, test } from 'vitest'
import { corpusOf, type NabFile } from '../../bench/nab/corpus.ts'
import { type Detector, gaussian, ours } from '../../bench/nab/detectors.ts'
import { NAB_PROFILES, pointsOf, rawScore } from '../../bench/nab/nab-score.ts'
import { ANOMALY_ALARM } from '../../src/models/anomaly-score.ts'
import { realData } from '../temporary-folder.ts'

const data = realData('nab')
const { standard } = NAB_PROFILES

describe.skipIf(data.missing)(
  'the Numenta benchmark (skipped where ../shared/data/nab is missing)',
  () => {
    const fileOf = (part: string): NabFile =>
      corpusOf(data.path).files.find(({ name }) => name.includes(part))!
    const rawOf = (part: string, detector: Detector, threshold: number): number => {
      const file = fileOf(part)
      return rawScore(
        pointsOf([{ ...file, scores: detector(file) }], standard),
        standard,
        threshold,
      )
    }

    test('the windowed Gaussian finds none of the windows, as published', () => {
      expect(rawOf('machine', gaussian, 1)).toBe(-4)
      expect(rawOf('ambient', gaussian, 1)).toBe(-2)
    })
    test('ours is worth more than to tell nothing, with few false alarms', () => {
      expect(rawOf('machine', ours, ANOMALY_ALARM)).toBeGreaterThan(-1.5)
      expect(rawOf('ambient', ours, ANOMALY_ALARM)).toBeGreaterThan(-1)
      const alarms = ours(fileOf('machine')).filter(score => score >= ANOMALY_ALARM).length
      expect(alarms).toBeGreaterThan(2)
      expect(alarms).toBeLessThan(60)
    })
  },
)
