import fc from 'fast-check'
import { LIMITS } from '../../engine/application.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { expectSame, keyedState, outputLines, stateLines } from '../comparing.ts'
import type { Harness } from '../harness.ts'
import { playStep } from '../play-step.ts'
import { isSend, type ScriptStep } from '../script.ts'
import { componentsOf } from './components.ts'
import { withoutForgottenRepeats } from './forgotten-repeats.ts'
import type { Law, Subject } from './law.ts'
import { newMill } from './playing.ts'

/**
 * Keys do not touch each other: two halves of the keys, each run without the other, give together
 * what they give in one run.
 *
 * The watermark of a partition is shared by its keys, so what is left out still moves it: a record
 * of another key is passed over, with its offset and its time. Records that share a key, an id or,
 * where they are scattered, any part, stay together. Each pipeline is tried alone; one that reads
 * another's results gets them only where the script sends them. A record that repeats an id after it
 * was forgotten is left out: that is counted in the partition's time, which all of its keys make.
 */
export const isolationLaw = (subject: Subject): Law => ({
  name: 'keys do not touch each other',
  check: () => {
    for (const pipeline of subject.pipelines) checkPipeline(pipeline, subject)
  },
})

const checkPipeline = (pipeline: Pipeline, { setting, scripts, assert }: Subject): void => {
  const { duplicatesHorizonMs: horizonMs } = { ...LIMITS, ...setting.limits }
  let split = 0
  assert(
    fc.property(scripts, fc.nat(), (script, halves) => {
      const steps = withoutForgottenRepeats(pipeline, stepsFor(pipeline, script), horizonMs)
      const components = componentsOf(pipeline, steps)
      const inHalf = (half: number) => (index: number) => {
        const component = components[index]
        return component == null || ((halves >> (component % 30)) & 1) === half
      }
      const run = (isKept: (index: number) => boolean): Harness => {
        const mill = newMill({ ...setting, pipelines: [pipeline], batchSize: 1 })
        steps.forEach((step, index) => {
          if (isKept(index) || !isSend(step)) playStep(mill, step)
          else passOver(mill, step)
          mill.commit()
        })
        return mill
      }
      compare(
        run(() => true),
        [run(inHalf(0)), run(inHalf(1))],
      )
      const sides = components.flatMap((c, index) => (c == null ? [] : [inHalf(0)(index)]))
      if (new Set(sides).size > 1) split++
    }),
  )
  if (split === 0) throw new Error(`no script had two keys of ${pipeline.id}: nothing was shown`)
}

const stepsFor = (pipeline: Pipeline, script: readonly ScriptStep[]): readonly ScriptStep[] => {
  const topics = new Set([
    ...Object.values(pipeline.inputs).map(input => input.from.name),
    ...Object.values(pipeline.references).map(topic => topic.name),
  ])
  return script.filter(step => !isSend(step) || topics.has(step.send.name))
}

const passOver = (mill: Harness, step: ScriptStep): void => {
  if (!isSend(step)) return
  const { event, failure } = mill.decode(step)
  const at = failure === null ? event!.occurredAt : Number.NEGATIVE_INFINITY
  mill.pass(step.send.name, step.partition ?? 0, at)
}

const compare = (whole: Harness, halves: readonly Harness[]): void => {
  const state = (mill: Harness): string[] => keyedState(stateLines(mill.committed().state))
  expectSame('keys', state(whole), halves.flatMap(state).sort())
  for (const mill of [whole, ...halves]) mill.finish(true)
  const all = outputLines(whole.outputs)
  const apart = halves.map(half => outputLines(half.outputs))
  expectSame('outputs, sorted,', [...all].sort(), apart.flat().sort())
  for (const lines of apart) {
    const own = new Set(lines)
    expectSame(
      'outputs of one half',
      all.filter(line => own.has(line)),
      lines,
    )
  }
}
