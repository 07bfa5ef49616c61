/**
 * What every kind of cell must do, called by the test of each kind: follow a naive model of it,
 * survive being written down and read back at any moment, and write nothing when it is only read.
 */
import { strict as assert } from 'node:assert'
import avsc from 'avsc'
import fc from 'fast-check'
import { named } from '../form.ts'
import { type Cell, looseSlot, type Slot } from './cell.ts'

export interface SavedSlot<F> extends Slot<F> {
  /** Saves what is held, reads it back, and goes on with the copy. Returns the saved bytes. */
  reopen(): Buffer
}

export const savedSlot = <F>(cell: Cell<F, unknown>): SavedSlot<F> => {
  const type = avsc.Type.forSchema(
    ['null', named(cell.form.avro, 'test_pipeline_cell')] as avsc.Schema,
    { wrapUnions: 'never' },
  )
  const slot = looseSlot<F>()
  const bytesNow = (): Buffer => type.toBuffer(slot.get() ?? null)
  const copyOf = (bytes: Buffer): F | undefined => (type.fromBuffer(bytes) as F | null) ?? undefined
  const reopen = (): Buffer => {
    const bytes = bytesNow()
    slot.set(copyOf(bytes))
    return bytes
  }
  // Of a task's key too, what is changed in a form that was only read is not saved.
  return { ...slot, read: () => copyOf(bytesNow()), reopen }
}

/**
 * Takes random steps on a cell and on a naive model of it. `take` takes one on both, and throws
 * where they differ. Before any step the cell may be saved and reopened.
 */
export const followsModel = <F, View, Model, Step>(
  cell: Cell<F, View>,
  model: () => Model,
  step: fc.Arbitrary<Step>,
  take: (step: Step, view: View, model: Model) => void,
): void => {
  const steps = fc.array(fc.record({ reopened: fc.boolean(), step }), { maxLength: 80 })
  const property = fc.property(steps, script => {
    const slot = savedSlot(cell)
    const view = cell.view(slot)
    const expected = model()
    for (const { reopened, step } of script) {
      if (reopened) slot.reopen()
      take(step, view, expected)
    }
  })
  fc.assert(property, { numRuns: 300 })
}

/** Reading a cell that was never written must write nothing. */
export const staysUntouched = <F, View>(cell: Cell<F, View>, read: (view: View) => void): void => {
  const slot = savedSlot(cell)
  read(cell.view(slot))
  assert.equal(slot.get(), undefined)
}
