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
interface Writing {
  _write(tap: Tap, value: unknown): void
}

const { StringType, UnwrappedUnionType } = avro.types
const writeUnion = (UnwrappedUnionType.prototype as unknown as Writing)._write
const writeString = (StringType.prototype as unknown as Writing)._write

/**
 * A union of null and one kind of value. The library finds out what kind a value is of before it writes
 * it; most fields of a result and most cells of a key are null, and that is seen at once.
 */
class OptionalType extends UnwrappedUnionType implements Writing {
  _write(tap: Tap, value: unknown): void {
    if (value === null) tap.writeLong(0)
    else writeUnion.call(this, tap, value)
  }
}

/** A length below this is one byte, which is twice the length. */
const ONE_BYTE_LENGTHS = 64

/** Markets, currencies and countries come again and again; ids are short, and of ASCII alone. */
class QuickString extends StringType implements Writing {
  _read(tap: Tap): string {
    return shortTextOf(tap) ?? tap.readString()
  }

  _write(tap: Tap, value: unknown): void {
    if (typeof value !== 'string' || value.length >= ONE_BYTE_LENGTHS) {
      writeString.call(this, tap, value)
      return
    }
    const { buf } = tap
    let at = tap.pos
    buf[at++] = 2 * value.length
    for (let index = 0; index < value.length; index++) {
      const unit = value.charCodeAt(index)
      // Nothing is lost: the library writes the text anew from its beginning.
      if (unit > 127) {
        writeString.call(this, tap, value)
        return
      }
      buf[at++] = unit
    }
    tap.pos = at
  }
}

const string = new QuickString()

/** For the library's `typeHook`; undefined for what the library makes as well. */
export const quickType = (
  schema: avro.Schema,
  options: Partial<avro.ForSchemaOptions>,
): avro.Type | undefined => {
  if (Array.isArray(schema)) {
    return schema[0] === 'null' ? new OptionalType(schema, options) : undefined
  }
  const type = typeof schema === 'string' ? schema : (schema as { readonly type?: unknown }).type
  return type === 'string' ? string : undefined
}
