/**
 * The anomaly score on the Numenta Anomaly Benchmark, and the scorer on detectors whose scores are published:
 * part 5.4 of the reference. docs/logistics-model.md has the table.
 *
 * The data is not part of the project: files of it in `../shared/data/nab`, or a checkout of
 * github.com/numenta/NAB with `--data PATH`, which is all of it.
 */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ANOMALY_ALARM } from '../../src/models/anomaly-score.ts'
import { type Corpus, corpusOf, publishedDetectors, publishedScores } from '../nab/corpus.ts'
import { type Detector, gaussian, ours } from '../nab/detectors.ts'
import {
  bestThreshold,
  type JudgedFile,
  NAB_PROFILES,
  type NabProfileName,
  normalised,
  pointsOf,
  rawScore,
} from '../nab/nab-score.ts'
import type { Report } from './report.ts'

const DATA = '../shared/data/nab'
const PROFILES = Object.keys(NAB_PROFILES) as NabProfileName[]
/** The benchmark's threshold for the windowed Gaussian, found on the whole of it. */
const GAUSSIAN_THRESHOLD = 1
const SCORE_MIN = 64
const NEAR = 0.005

export const nab: Report = (print, path = DATA) => {
  if (!existsSync(path)) {
    print(`${path} is missing. Say where files of the benchmark are with --data PATH.`)
    return false
  }
  const corpus = corpusOf(path)
  print(`${corpus.files.length} files, ${corpus.windows} windows\n`)
  return corpus.isWhole ? whole(print, corpus, path) : inPart(print, corpus)
}

const judgedBy = ({ files }: Corpus, detector: Detector): JudgedFile[] =>
  files.map(file => ({ ...file, scores: detector(file) }))

const inPart = (print: (line: string) => void, corpus: Corpus): boolean => {
  print('| file | detector | threshold | raw, standard | few false alarms | few misses |')
  print('| --- | --- | --- | --- | --- | --- |')
  const raws = corpus.files.flatMap(file => {
    const one = { ...corpus, files: [file] }
    return [
      rawLine(print, one, 'windowed Gaussian', gaussian, GAUSSIAN_THRESHOLD),
      rawLine(print, one, 'ours', ours, ANOMALY_ALARM),
    ]
  })
  return raws.every(Number.isFinite)
}

const rawLine = (
  print: (line: string) => void,
  corpus: Corpus,
  name: string,
  detector: Detector,
  threshold: number,
): number => {
  const judged = judgedBy(corpus, detector)
  const raws = PROFILES.map(of =>
    rawScore(pointsOf(judged, NAB_PROFILES[of]), NAB_PROFILES[of], threshold),
  )
  const cells = raws.map(raw => raw.toFixed(2)).join(' | ')
  print(`| ${corpus.files[0]!.name} | ${name} | ${threshold} | ${cells} |`)
  return raws[0]!
}

const whole = (print: (line: string) => void, corpus: Corpus, path: string): boolean => {
  print('| detector | standard | few false alarms | few misses | threshold |')
  print('| --- | --- | --- | --- | --- |')
  const published = publishedOf(path)
  const isSame = publishedDetectors(path).map(name => {
    const scores = scored(print, corpus, `${name}, as stored`, file =>
      publishedScores(path, name, file),
    )
    const expected = published[name]
    return expected === undefined || PROFILES.every((of, at) => isNear(scores[at]!, expected[of]))
  })
  scored(print, corpus, 'windowed Gaussian, run here', gaussian)
  const [standard] = scored(print, corpus, 'ours', ours)
  const judged = judgedBy(corpus, ours)
  const own = PROFILES.map(of => {
    const raw = rawScore(pointsOf(judged, NAB_PROFILES[of]), NAB_PROFILES[of], ANOMALY_ALARM)
    return normalised(raw, corpus.windows, NAB_PROFILES[of]).toFixed(2)
  })
  print(`| ours, at its own threshold | ${own.join(' | ')} | ${ANOMALY_ALARM} |`)
  if (!isSame.every(Boolean)) print('\nA stored detector does not get its published score.')
  if (standard! < SCORE_MIN) print(`\nOurs is below ${SCORE_MIN}.`)
  return isSame.every(Boolean) && standard! >= SCORE_MIN
}

/** Scores at the threshold that is best for each profile, as published ones are. */
const scored = (
  print: (line: string) => void,
  corpus: Corpus,
  name: string,
  detector: Detector,
): number[] => {
  const judged = judgedBy(corpus, detector)
  const best = PROFILES.map(of =>
    bestThreshold(pointsOf(judged, NAB_PROFILES[of]), NAB_PROFILES[of]),
  )
  const scores = best.map(({ raw }, at) =>
    normalised(raw, corpus.windows, NAB_PROFILES[PROFILES[at]!]),
  )
  const cells = scores.map(score => score.toFixed(2)).join(' | ')
  print(`| ${name} | ${cells} | ${best[0]!.threshold.toPrecision(4)} |`)
  return scores
}

/** Their stored files are of another run than the published table: of these the scores are only printed. */
const NOT_COMPARED = ['bayesChangePt', 'expose', 'htmjava', 'numentaTM', 'random', 'numenta']

const publishedOf = (path: string): Record<string, Record<NabProfileName, number>> => {
  const file = join(path, 'results', 'final_results.json')
  if (!existsSync(file)) return {}
  const scores = JSON.parse(readFileSync(file, 'utf8')) as Record<string, Record<string, number>>
  return Object.fromEntries(
    Object.entries(scores)
      .filter(([name]) => !NOT_COMPARED.includes(name))
      .map(([name, of]) => [
        name,
        {
          standard: of.standard!,
          'few false alarms': of.reward_low_FP_rate!,
          'few misses': of.reward_low_FN_rate!,
        },
      ]),
  )
}

const isNear = (score: number, published: number): boolean => Math.abs(score - published) < NEAR
