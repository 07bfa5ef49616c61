/** What every kind of cell checks: its declaration once, and the size of what it is given. */
import avsc from 'avsc'
import { MillraceError } from '../errors.ts'
import { type AvroSchema, type Form, named } from '../form.ts'
import { sizeBoundOf } from './size-bound.ts'

/** Declarations are checked when the pipeline is built, so a mistake is seen before any record. */
export const declaredWhole = (
  kind: string,
  bound: string,
  count: number,
  { least = 1, most = Number.MAX_SAFE_INTEGER } = {},
): void => {
  if (Number.isSafeInteger(count) && count >= least && count <= most) return
  throw new MillraceError(
    'CONFIG_INVALID',
    `${kind}: ${bound} is ${count}, but must be a whole number from ${least} to ${most}.`,
  )
}

/** Whole numbers are exact in an Avro long, as avsc writes it, up to this magnitude. */
export const WHOLE_MAX = 2 ** 52

/** Throws `CELL_FULL` where a value would take more bytes than the cell may hold for it. */
export type SizeCheck<T> = (value: T) => void

const FIXED_SIZE = new Set(['null', 'boolean', 'int', 'long', 'float', 'double', 'enum', 'fixed'])

/** Whether no value of the form can outgrow it. */
export const isFixedSize = (avro: AvroSchema): boolean => {
  if (typeof avro === 'string') return FIXED_SIZE.has(avro)
  if (Array.isArray(avro)) return avro.every(isFixedSize)
  const schema = avro as { type: AvroSchema; fields?: { type: AvroSchema }[] }
  if (schema.type === 'record') return schema.fields!.every(field => isFixedSize(field.type))
  return isFixedSize(schema.type)
}

/** A check of values of this form, or null where none can be too large. */
export const sizeCheck = <T>(
  kind: string,
  form: Form<T>,
  bytesMax: number,
): SizeCheck<T> | null => {
  declaredWhole(kind, 'bytesMax', bytesMax)
  if (isFixedSize(form.avro)) return null
  if (form.avro === 'string') return textCheck(kind, bytesMax) as SizeCheck<unknown>
  const type = avsc.Type.forSchema(named(form.avro, 'value') as avsc.Schema, {
    wrapUnions: 'never',
  })
  // Writing it is the one way to know its size exactly, and whether it can be written at all.
  const room = Buffer.allocUnsafe(bytesMax)
  const boundOf = sizeBoundOf(form.avro)
  return value => {
    if (boundOf(value) <= bytesMax) return
    const over = type.encode(value, room, 0)
    if (over < 0) throw tooLarge(kind, bytesMax - over, bytesMax)
  }
}

/** A check of texts alone, which looks at the bytes only where the length leaves a doubt. */
export const textCheck =
  (kind: string, bytesMax: number): SizeCheck<string> =>
  text => {
    if (text.length * 3 <= bytesMax) return
    const size = Buffer.byteLength(text)
    if (size > bytesMax) throw tooLarge(kind, size, bytesMax)
  }

const tooLarge = (kind: string, size: number, bytesMax: number): MillraceError =>
  new MillraceError(
    'CELL_FULL',
    `A value for a ${kind} cell takes ${size} bytes, and the cell holds ${bytesMax} at most. ` +
      'Store less, or declare the cell with a larger bytesMax.',
  )
