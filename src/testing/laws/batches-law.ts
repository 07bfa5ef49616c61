import fc from 'fast-check'
import { expectSame, outputLines, stateLines } from '../comparing.ts'
import { isSend } from '../script.ts'
import type { Law, Subject } from './law.ts'
import { played } from './playing.ts'

const SIZES = [1, 7, 5_000]

/** Where the commits are is nobody's business: outputs and final state are the same. */
export const batchesLaw = ({ pipelines, setting, scripts, assert }: Subject): Law => ({
  name: 'batches of 1, 7 and 5,000 give the same',
  check: () =>
    assert(
      fc.property(scripts, script => {
        const steps = script.filter(step => isSend(step) || 'tick' in step)
        const [first, ...others] = SIZES.map(batchSize => {
          const mill = played(steps, { ...setting, pipelines, batchSize })
          const before = stateLines(mill.committed().state)
          mill.finish(true)
          const after = stateLines(mill.committed().state)
          return { outputs: outputLines(mill.outputs), before, after }
        })
        for (const other of others) {
          expectSame('outputs', first!.outputs, other.outputs)
          expectSame('saved states', first!.before, other.before)
          expectSame('saved states at the end of time', first!.after, other.after)
        }
      }),
    ),
})
