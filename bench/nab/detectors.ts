/** Detectors over whole files: a score for each row, the higher the more unusual. */
import { anomalyStep } from '../../src/models/anomaly-score.ts'
import type { NabFile } from './corpus.ts'
import { windowedGaussian } from './windowed-gaussian.ts'

export type Detector = (file: NabFile) => number[]

/** Published scores were stored with twelve digits, so what differs in the thirteenth from 1 is 1. */
export const gaussian: Detector = ({ values }) =>
  windowedGaussian(values).map(score => Number(score.toPrecision(12)))

/** Scores that are above the 50 before them; the others are none that would be told. */
export const ours: Detector = ({ timestamps, values }) => {
  let state: Buffer | null = null
  const [scores, told] = [[] as number[], [] as number[]]
  values.forEach((value, row) => {
    const at = Date.parse(`${timestamps[row]!.replace(' ', 'T')}Z`)
    const step = anomalyStep(state, value, at)
    state = step.state
    const score = step.judgement?.score ?? 0
    const isRecord = score > Math.max(0, ...scores.slice(-50))
    scores.push(score)
    told.push(isRecord ? score : 0)
  })
  return told
}
