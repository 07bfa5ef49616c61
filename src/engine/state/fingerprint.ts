/**
 * Whether saved state fits the cells that are declared now. What is saved carries the layout it was
 * written with; at the start it is compared with the declared one, and where the two do not fit,
 * the pipeline does not start: reading state under another meaning would be wrong without a sign.
 */
import avsc from 'avsc'
import { type AvroSchema, named } from '../form.ts'
import type { AnyCell } from './cell.ts'

/** All that decides what the saved form of a cell means. */
export interface CellLayout {
  readonly kind: string
  readonly bounds: Readonly<Record<string, number | string>>
  readonly avro: AvroSchema
}

/** The layouts of a pipeline's cells. Plain JSON, saved with the state. */
export interface Layout {
  readonly cells: Readonly<Record<string, CellLayout>>
}

/**
 * - `same`: read as it is.
 * - `resolve`: the form has changed, and saved values can be read into the new one.
 * - `new`: not in the saved state; starts untouched.
 * - `incompatible`: must not be read; `text` says why and what to do.
 */
export interface LayoutDifference {
  readonly cell: string
  readonly change: 'same' | 'resolve' | 'new' | 'incompatible'
  readonly text: string
}

export const layoutOf = (cells: Readonly<Record<string, AnyCell>>): Layout => ({
  cells: Object.fromEntries(
    Object.entries(cells).map(([name, cell]) => [name, layoutOfCell(cell)]),
  ),
})

/** The layout of one cell as a text that is the same wherever the layout is. */
export const fingerprintOf = (cell: AnyCell): string => canonicalText(layoutOfCell(cell))

/** Every cell of either layout, in the order of their names. */
export const comparedLayouts = (saved: Layout, current: Layout): readonly LayoutDifference[] => {
  const names = new Set([...Object.keys(saved.cells), ...Object.keys(current.cells)])
  return [...names].sort().map(cell => compared(cell, saved.cells[cell], current.cells[cell]))
}

const layoutOfCell = ({ kind, bounds, form }: AnyCell): CellLayout => ({
  kind,
  bounds,
  avro: form.avro,
})

const compared = (
  cell: string,
  was: CellLayout | undefined,
  is: CellLayout | undefined,
): LayoutDifference => {
  if (was === undefined) return { cell, change: 'new', text: `State cell ${cell} is new.` }
  if (is === undefined) return refused(cell, `was saved as ${labelOf(was)} and is not declared now`)
  if (labelOf(was) !== labelOf(is)) {
    return refused(cell, `was saved as ${labelOf(was)} and is now declared as ${labelOf(is)}`)
  }
  if (canonicalText(was.avro) === canonicalText(is.avro)) {
    return { cell, change: 'same', text: `State cell ${cell} is unchanged.` }
  }
  return comparedForms(cell, was, is)
}

/** Kinds whose form is the pipeline's own, so that it may change as schemas do. */
const OWN_FORM = new Set(['value', 'listOf', 'mapOf', 'rowsOf'])

const comparedForms = (cell: string, was: CellLayout, is: CellLayout): LayoutDifference => {
  if (!OWN_FORM.has(is.kind)) {
    return refused(cell, `was saved in a form that ${is.kind} no longer has`)
  }
  const obstacle = obstacleBetween(was.avro, is.avro)
  if (obstacle !== null) {
    return refused(cell, `has a form into which saved values cannot be read (${obstacle})`)
  }
  const text = `State cell ${cell} has a new form, into which saved values are read.`
  return { cell, change: 'resolve', text }
}

const REMEDY = "Raise the pipeline's `generation` to start anew, or restore the old declaration."

const refused = (cell: string, what: string): LayoutDifference => ({
  cell,
  change: 'incompatible',
  text: `State cell ${cell} ${what}. ${REMEDY}`,
})

const obstacleBetween = (was: AvroSchema, is: AvroSchema): string | null => {
  try {
    typeOf(is).createResolver(typeOf(was))
    return null
  } catch (error) {
    return (error as Error).message
  }
}

const typeOf = (avro: AvroSchema): avsc.Type =>
  avsc.Type.forSchema(named(avro, 'cell') as avsc.Schema, { wrapUnions: 'never' })

/** A kind with its bounds, as one would declare it: `rollingCount({ spanMs: 60000, … })`. */
const labelOf = ({ kind, bounds }: CellLayout): string => {
  const parts = Object.keys(bounds).sort()
  if (parts.length === 0) return kind
  return `${kind}({ ${parts.map(name => `${name}: ${bounds[name]}`).join(', ')} })`
}

/** JSON with the names of every object in order. */
const canonicalText = (value: unknown): string =>
  JSON.stringify(value, (_name, part: unknown) =>
    part !== null && typeof part === 'object' && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
