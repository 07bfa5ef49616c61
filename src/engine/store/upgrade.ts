import avsc from 'avsc'
import { MillraceError } from '../errors.ts'
import { type AvroSchema, named } from '../form.ts'
import { type Layout as CellLayouts, comparedLayouts } from '../state/fingerprint.ts'
import { NOT_SET } from './keyed-store.ts'
import { type Entry, entryOf, type Layout, layoutFrom } from './layout.ts'

interface LayoutText {
  readonly format: number
  readonly cells: CellLayouts
  readonly order: readonly string[]
  readonly timers: readonly string[]
  readonly avro: AvroSchema
}

/**
 * How entries of a saved layout are read under the present declaration: compatible forms resolve, a
 * new cell starts untouched, and anything else is refused here, before a record is read.
 */
export const upgradeFrom = (
  saved: string,
  current: Layout,
  pipelineId: string,
): ((value: Buffer) => Entry) => {
  const was = JSON.parse(saved) as LayoutText
  const is = JSON.parse(current.text) as LayoutText
  if (was.format !== is.format) throw otherFormat(pipelineId, was.format, is.format)
  const differences = comparedLayouts(was.cells, is.cells)
  const refused = differences.filter(difference => difference.change === 'incompatible')
  const gone = was.timers.filter(timer => !is.timers.includes(timer))
  if (refused.length > 0 || gone.length > 0) throw incompatible(pipelineId, refused, gone)
  const { type } = layoutFrom(saved)
  const readers = is.order.map(cell => readerOf(cell, was, is))
  return value => {
    const old = type.decode(value, 4).value
    const dues = is.timers.map(timer => old.dues[was.timers.indexOf(timer)] ?? NOT_SET)
    return entryOf(
      old.now,
      old.fired,
      dues,
      readers.map(read => read(old)),
    )
  }
}

const readerOf = (cell: string, was: LayoutText, is: LayoutText): ((old: Entry) => unknown) => {
  const index = was.order.indexOf(cell)
  if (index < 0) return () => null
  const writer = typeOf(was.cells.cells[cell]!.avro)
  const reader = typeOf(is.cells.cells[cell]!.avro)
  const resolver = reader.createResolver(writer)
  return old => {
    const form = old.cells[index] ?? null
    return form === null ? null : reader.fromBuffer(writer.toBuffer(form), resolver)
  }
}

const typeOf = (avro: AvroSchema): avsc.Type =>
  avsc.Type.forSchema(named(avro, 'cell') as avsc.Schema, { wrapUnions: 'never' })

const otherFormat = (pipelineId: string, was: number, is: number): MillraceError =>
  new MillraceError(
    'STATE_INCOMPATIBLE',
    `the state of ${pipelineId} was saved in format ${was}, and this version reads ${is}. Finish the ` +
      "run with the version that began it, or raise the pipeline's `generation` to start anew.",
  )

const incompatible = (
  pipelineId: string,
  refused: readonly { readonly text: string }[],
  timers: readonly string[],
): MillraceError => {
  const reasons = refused.map(difference => difference.text)
  if (timers.length > 0) {
    reasons.push(
      `Timer ${timers.join(', ')} is saved and has no handler now: restore it, or raise the ` +
        "pipeline's `generation` to start anew.",
    )
  }
  return new MillraceError(
    'STATE_INCOMPATIBLE',
    `the saved state of ${pipelineId} does not fit its declaration. ${reasons.join(' ')}`,
  )
}
