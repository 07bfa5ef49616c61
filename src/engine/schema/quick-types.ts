/**
 * Types that read and write the very bytes of the library's, sooner: of what most values are. All else
 * they leave to the library.
 */
import avro from 'avsc'
import { shortTextOf } from './short-texts.ts'

/** A position in bytes, as the library moves it. */
interface Tap {
  readonly buf: Buffer
  pos: number
  readString(): string
  writeLong(value: number): void
}

/** The part of a type that the library keeps to itself. */
interface Internals {
  _read(tap: Tap): unknown
  _skip(tap: Tap): void
  _write(tap: Tap, value: unknown): void
  _check(value: unknown, flags: number, hook: unknown, path: unknown): boolean
}

const { LongType, StringType, UnwrappedUnionType } = avro.types
const internalsOf = (type: object): Internals => type as Internals
const union = internalsOf(UnwrappedUnionType.prototype)
const libraryString = internalsOf(StringType.prototype)

/** What a union writes before its value, where that is the null and where it is the other branch. */
const NULL_BRANCH = 0
const OTHER_BRANCH = 2

/**
 * A union of null and one kind of value. The library looks the branch up, by what kind a value is of;
 * here there are but two.
 */
class OptionalType extends UnwrappedUnionType implements Internals {
  readonly #other: Internals
  readonly #kind: Kind

  constructor(schema: avro.Schema, options: Partial<avro.ForSchemaOptions>) {
    super(schema, options)
    const other = this.types[1]!
    this.#other = internalsOf(other)
    this.#kind = kindOf(other)
  }

  _read(tap: Tap): unknown {
    const branch = tap.buf[tap.pos]
    if (branch === NULL_BRANCH) {
      tap.pos++
      return null
    }
    if (branch !== OTHER_BRANCH) return union._read.call(this, tap)
    tap.pos++
    return this.#other._read(tap)
  }

  _skip(tap: Tap): void {
    if (tap.buf[tap.pos] === NULL_BRANCH) tap.pos++
    else union._skip.call(this, tap)
  }

  _write(tap: Tap, value: unknown): void {
    if (value === null) tap.writeLong(0)
    else if (isOf(this.#kind, value)) {
      tap.writeLong(1)
      this.#other._write(tap, value)
    } else union._write.call(this, tap, value)
  }

  _check(value: unknown, flags: number, hook: unknown, path: unknown): boolean {
    if (value === null) return true
    return isOf(this.#kind, value)
      ? this.#other._check(value, flags, hook, path)
      : union._check.call(this, value, flags, hook, path)
  }

  /** What was written with the same schema is read without asking for each value what it becomes. */
  override createResolver(writer: avro.Type, options?: object): avro.Resolver {
    const resolver = super.createResolver(writer, options as never)
    if (!this.equals(writer)) return resolver
    return Object.create(resolver, { _read: { value: (tap: Tap) => this._read(tap) } })
  }
}

/** What values of a type are, as the library tells them; null for those that are left to it. */
type Kind = 'array' | 'boolean' | 'number' | 'object' | 'string' | null

const KINDS: Readonly<Record<string, Kind>> = {
  array: 'array',
  boolean: 'boolean',
  double: 'number',
  enum: 'string',
  int: 'number',
  long: 'number',
  record: 'object',
  string: 'string',
}

const kindOf = ({ typeName }: avro.Type): Kind => KINDS[typeName] ?? null

const isOf = (kind: Kind, value: unknown): boolean => {
  switch (kind) {
    case 'array':
      return Array.isArray(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'number':
      return typeof value === 'number'
    case 'object':
      return typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value)
    case 'string':
      return typeof value === 'string'
    default:
      return false
  }
}

/** Below this the library counts in whole numbers of 32 bits, and above it divides for each byte. */
const SMALL = 2 ** 30
/** Four bytes hold 28 bits. */
const HIGH = 2 ** 28

/** Moments are longs, and there are several in each state. */
export const writeLong = (tap: Tap, value: number): void => {
  if (value < SMALL && value >= -SMALL) {
    tap.writeLong(value)
    return
  }
  const zigzag = value >= 0 ? value * 2 : -value * 2 - 1
  let high = Math.floor(zigzag / HIGH)
  const low = zigzag - high * HIGH
  const { buf } = tap
  let at = tap.pos
  buf[at++] = low | 0x80
  buf[at++] = (low >>> 7) | 0x80
  buf[at++] = (low >>> 14) | 0x80
  buf[at++] = (low >>> 21) | 0x80
  for (; high > 0x7f; high >>>= 7) buf[at++] = high | 0x80
  buf[at++] = high
  tap.pos = at
}

class QuickLong extends LongType {
  _write(tap: Tap, value: unknown): void {
    if (Number.isInteger(value) && Math.abs(value as number) < Number.MAX_SAFE_INTEGER) {
      writeLong(tap, value as number)
    } else internalsOf(LongType.prototype)._write.call(this, tap, value)
  }
}

/** A length below this is one byte, which is twice the length. */
const ONE_BYTE_LENGTHS = 64

/** Markets, currencies and countries come again and again; ids are short, and of ASCII alone. */
class QuickString extends StringType {
  _read(tap: Tap): string {
    return shortTextOf(tap) ?? tap.readString()
  }

  _write(tap: Tap, value: unknown): void {
    if (typeof value !== 'string' || value.length >= ONE_BYTE_LENGTHS) {
      libraryString._write.call(this, tap, value)
      return
    }
    const { buf } = tap
    let at = tap.pos
    buf[at++] = 2 * value.length
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index)
      // Nothing is lost: the library writes the text anew from its beginning.
      if (unit > 127) {
        libraryString._write.call(this, tap, value)
        return
      }
      buf[at++] = unit
    }
    tap.pos = at
  }
}

const string = new QuickString()
const long = new QuickLong()

/** For the library's `typeHook`; undefined for what the library makes as well. */
export const quickType = (
  schema: avro.Schema,
  options: Partial<avro.ForSchemaOptions>,
): avro.Type | undefined => {
  if (Array.isArray(schema)) {
    const isOptional = schema.length === 2 && schema[0] === 'null'
    return isOptional ? new OptionalType(schema, options) : undefined
  }
  const type = typeof schema === 'string' ? schema : (schema as { readonly type?: unknown }).type
  if (type === 'string') return string
  return type === 'long' ? long : undefined
}
