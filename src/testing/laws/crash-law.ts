import fc from 'fast-check'
import { expectSame, outputLines, stateBytes } from '../comparing.ts'
import type { Harness } from '../harness.ts'
import type { Law, Subject } from './law.ts'
import { played } from './playing.ts'

/**
 * Stopped anywhere, as often as one likes, and started again from the last commit: outputs, saved
 * state, timers and the journal are those of a run that never stopped.
 */
export const crashLaw = (subject: Subject): Law => ({
  name: 'a crash anywhere changes nothing',
  check: () => {
    const crashes = fc.array(fc.nat(60), { minLength: 1, maxLength: 4 })
    const sizes = fc.constantFrom(1, 2, 3, 7)
    subject.assert(
      fc.property(subject.scripts, crashes, sizes, (script, drawn, batchSize) => {
        const { pipelines, setting } = subject
        const points = drawn.map(point => 1 + (point % Math.max(1, script.length)))
        const whole = played(script, { ...setting, pipelines, batchSize })
        const broken = played(script, { ...setting, pipelines, batchSize, crashes: points })
        compare(whole, broken)
        whole.finish(true)
        // Timers far ahead are part of what was saved: they fire after one more restart.
        const resumed = broken.crash()
        resumed.application.finish(true)
        const again = resumed.crash()
        again.finish(true)
        compare(whole, again)
      }),
    )
  },
})

const compare = (whole: Harness, broken: Harness): void => {
  expectSame('outputs', outputLines(whole.outputs), outputLines(broken.outputs))
  expectSame('saved states', states(whole), states(broken))
  expectSame('journals', journal(whole), journal(broken))
}

const states = (mill: Harness): string[] => stateBytes(mill.committed().state)

const journal = (mill: Harness): string[] =>
  mill.committed().journal.map(entry => JSON.stringify(entry))
