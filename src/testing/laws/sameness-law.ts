import fc from 'fast-check'
import { expectSame, outputBytes, stateBytes } from '../comparing.ts'
import type { Law, Subject } from './law.ts'
import { played } from './playing.ts'

/** Nothing but the input counts: no clock, no chance, nothing left from an earlier run. */
export const samenessLaw = ({ pipelines, setting, scripts, assert }: Subject): Law => ({
  name: 'the same input gives the same bytes',
  check: () =>
    assert(
      fc.property(scripts, script => {
        const [first, second] = [1, 2].map(() => {
          const mill = played(script, { ...setting, pipelines, batchSize: 3 })
          const state = stateBytes(mill.committed().state)
          mill.finish(true)
          return { outputs: outputBytes(mill.outputs), state }
        })
        expectSame('outputs', first!.outputs, second!.outputs)
        expectSame('saved states', first!.state, second!.state)
      }),
    ),
})
