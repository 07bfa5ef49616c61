/**
 * The laws of a pipeline: what holds for every one, whatever it computes.
 *
 *   for (const law of pipelineLaws(fraudScores, scripts)) test(law.name, law.check)
 *
 * A law is checked over many scripts; where it is broken, the failure shows the shortest script that
 * breaks it, and what differs. `scripts` should hold several keys, repeated and late records, ticks,
 * commits and records that cannot be read: what a script never has, the laws cannot speak of.
 */
import fc from 'fast-check'
import type { Pipeline } from '../engine/pipeline.ts'
import { batchesLaw } from './laws/batches-law.ts'
import { crashLaw } from './laws/crash-law.ts'
import { disorderLaw } from './laws/disorder-law.ts'
import { formatsLaw } from './laws/formats-law.ts'
import { isolationLaw } from './laws/isolation-law.ts'
import type { Law, LawOptions, Subject } from './laws/law.ts'
import { samenessLaw } from './laws/sameness-law.ts'
import { isSend, type ScriptStep, scriptText } from './script.ts'

export type { Law, LawOptions } from './laws/law.ts'

export const pipelineLaws = (
  pipelines: Pipeline | readonly Pipeline[],
  scripts: fc.Arbitrary<readonly ScriptStep[]>,
  options: LawOptions = {},
): readonly Law[] => {
  const all = 'id' in pipelines ? [pipelines] : pipelines
  const subject: Subject = {
    pipelines: all,
    scripts: readableScripts(all, scripts),
    setting: options,
    assert: property => fc.assert(property, parametersOf(options)),
  }
  return LAWS.map(law => law(subject)).filter(law => law !== null)
}

/** Without records that none of the pipelines reads; and shown as people would write them. */
const readableScripts = (
  pipelines: readonly Pipeline[],
  scripts: fc.Arbitrary<readonly ScriptStep[]>,
): fc.Arbitrary<readonly ScriptStep[]> => {
  const topics = topicsOf(pipelines)
  return scripts.map(script =>
    shown(script.filter(step => !isSend(step) || topics.has(step.send.name))),
  )
}

const topicsOf = (pipelines: readonly Pipeline[]): ReadonlySet<string> => {
  const read = pipelines.flatMap(({ inputs, references }) => [
    ...Object.values(inputs).map(input => input.from.name),
    ...Object.values(references).map(topic => topic.name),
  ])
  return new Set(read)
}

const shown = (script: readonly ScriptStep[]): readonly ScriptStep[] =>
  Object.assign([...script], { [fc.toStringMethod]: () => scriptText(script) })

const LAWS: readonly ((subject: Subject) => Law | null)[] = [
  crashLaw,
  batchesLaw,
  isolationLaw,
  samenessLaw,
  disorderLaw,
  formatsLaw,
]

const parametersOf = ({ runs, seed, path }: LawOptions) => ({
  numRuns: runs ?? 100,
  // So that the failure says what differs, beside the script.
  includeErrorInReport: true,
  ...(seed === undefined ? {} : { seed }),
  ...(path === undefined ? {} : { path }),
})
