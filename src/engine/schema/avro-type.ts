/**
 * Avro types as the house uses them: unions are plain values, times are plain numbers, and bytes
 * that were never a record cannot make the process hang or fill its memory.
 *
 * The library trusts the count in front of an array or a map. Ours compare it with the bytes that
 * are left, since an item takes at least one. It also writes longs below -2^52 as other numbers;
 * ours refuses them. NaN and infinities are refused too: JSON and most databases have no word for
 * them.
 */
import avro from 'avsc'
import { MillraceError } from '../errors.ts'
import type { AvroSchema } from '../form.ts'
import { quickType, writeLong } from './quick-types.ts'
import { isLong } from './whole-numbers.ts'

/** A position in bytes, as the library moves it. */
interface Tap {
  readonly buf: Buffer
  pos: number
  readLong(): number
  readString(): string
  readDouble(): number
  writeDouble(value: number): void
  writeLong(value: number): void
}

/** The part of a type that the library keeps to itself. */
interface Internals {
  _read(tap: Tap): unknown
  _skip(tap: Tap): void
}

const blockLength = (tap: Tap): number => {
  const count = tap.readLong()
  if (count < 0) tap.readLong()
  const length = Math.abs(count)
  if (length > 0 && !(length <= tap.buf.length - tap.pos)) {
    throw new RangeError(`a list of ${length} items in ${tap.buf.length} bytes`)
  }
  return length
}

class BoundedArray extends avro.types.ArrayType {
  _read(tap: Tap): unknown[] {
    const items = this.itemsType as unknown as Internals
    const read: unknown[] = []
    for (let left = blockLength(tap); left > 0; left = blockLength(tap)) {
      while (left-- > 0) read.push(items._read(tap))
    }
    return read
  }

  _skip(tap: Tap): void {
    const items = this.itemsType as unknown as Internals
    for (let left = blockLength(tap); left > 0; left = blockLength(tap)) {
      while (left-- > 0) items._skip(tap)
    }
  }
}

class BoundedMap extends avro.types.MapType {
  _read(tap: Tap): Record<string, unknown> {
    const values = this.valuesType as unknown as Internals
    const read: Record<string, unknown> = {}
    for (let left = blockLength(tap); left > 0; left = blockLength(tap)) {
      while (left-- > 0) read[keyOf(tap.readString())] = values._read(tap)
    }
    return read
  }

  _skip(tap: Tap): void {
    const values = this.valuesType as unknown as Internals
    for (let left = blockLength(tap); left > 0; left = blockLength(tap)) {
      while (left-- > 0) {
        tap.readString()
        values._skip(tap)
      }
    }
  }
}

/** An assignment to this key would be lost, so no record may have it. */
export const FORBIDDEN_KEY = '__proto__'

const keyOf = (key: string): string => {
  if (key === FORBIDDEN_KEY) throw new RangeError(`a key ${FORBIDDEN_KEY}`)
  return key
}

class FiniteDouble extends avro.types.DoubleType {
  _read(tap: Tap): number {
    return finite(tap.readDouble())
  }

  _write(tap: Tap, value: unknown): void {
    if (typeof value !== 'number') throw new TypeError('not a number')
    tap.writeDouble(finite(value))
  }
}

const finite = (value: number): number => {
  if (!Number.isFinite(value)) throw new RangeError(`the number ${value}`)
  return value
}

class ExactLong extends avro.types.LongType {
  _read(tap: Tap): number {
    return exact(tap.readLong())
  }

  _write(tap: Tap, value: unknown): void {
    writeLong(tap, exact(value))
  }
}

const exact = (value: unknown): number => {
  if (!isLong(value)) throw new RangeError(`${value} as a long`)
  return value
}

type TypeOptions = Partial<avro.ForSchemaOptions>

const checkedType = (schema: avro.Schema, options: TypeOptions): avro.Type | undefined => {
  const type = typeof schema === 'string' ? schema : (schema as { readonly type?: unknown }).type
  switch (type) {
    case 'array':
      return new BoundedArray(schema as never, options)
    case 'map':
      return new BoundedMap(schema as never, options)
    case 'double':
      return double
    case 'long':
      return long
    default:
      return quickType(schema, options)
  }
}

const double = new FiniteDouble()
const long = new ExactLong()

/** Fails where a union has two branches that plain values cannot tell apart. */
export const avroType = (schema: AvroSchema): avro.Type => {
  try {
    return avro.Type.forSchema(schema as avro.Schema, {
      wrapUnions: 'never',
      registry: {},
      typeHook: checkedType as never,
    })
  } catch (thrown) {
    const what = (thrown as Error).message
    throw new MillraceError(
      'UNKNOWN_SCHEMA',
      `An Avro schema cannot be used: ${what}. A union may have null and one kind of value beside it.`,
      { cause: thrown },
    )
  }
}
