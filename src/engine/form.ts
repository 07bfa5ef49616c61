/**
 * Forms: how a value of state, or an answer between stages, is written down.
 *
 *   const visit = record({ at: long, url: nullable(string) })
 *   type Visit = ValueOf<typeof visit>      // { at: number; url: string | null }
 *
 * A form is an Avro schema that TypeScript knows the value of. Records and enums are named by the
 * place where they are used (see `named`), so that two pipelines never share a name by accident.
 */

/** An Avro schema as JSON. */
export type AvroSchema =
  | string
  | readonly AvroSchema[]
  | { readonly type: AvroSchema; readonly [attribute: string]: unknown }

declare const shape: unique symbol

export interface Form<T> {
  readonly avro: AvroSchema
  /** Exists for the type checker alone. */
  readonly [shape]?: T
}

export type ValueOf<F> = F extends Form<infer T> ? T : never

const form = <T>(avro: AvroSchema): Form<T> => ({ avro })

export const boolean: Form<boolean> = form('boolean')
/** 32-bit signed. */
export const int: Form<number> = form('int')
/**
 * An integer up to 2^52 in magnitude: counts, money in minor units, instants. avsc accepts larger
 * ones, and reads those below -2^52 back with the wrong sign.
 */
export const long: Form<number> = form('long')
export const double: Form<number> = form('double')
export const string: Form<string> = form('string')
export const bytes: Form<Buffer> = form('bytes')

export const nullable = <T>(of: Form<T>): Form<T | null> => form(['null', of.avro])

export const array = <T>(items: Form<T>): Form<T[]> => form({ type: 'array', items: items.avro })

export const map = <T>(values: Form<T>): Form<Record<string, T>> =>
  form({ type: 'map', values: values.avro })

export const enumOf = <const S extends string>(...symbols: readonly S[]): Form<S> =>
  form({ type: 'enum', symbols })

type Fields = Readonly<Record<string, Form<unknown>>>

export const record = <F extends Fields>(fields: F): Form<{ [K in keyof F]: ValueOf<F[K]> }> =>
  form({
    type: 'record',
    fields: Object.entries(fields).map(([name, of]) => ({
      name,
      type: of.avro,
      // So that a field which may be null can be added to state that was saved without it.
      ...(isNullable(of.avro) ? { default: null } : {}),
    })),
  })

const isNullable = (avro: AvroSchema): boolean => Array.isArray(avro) && avro[0] === 'null'

/** The same schema, with a name for each record and enum in it made from its place. */
export const named = (avro: AvroSchema, place: string): AvroSchema => {
  if (typeof avro === 'string') return avro
  if (Array.isArray(avro)) return avro.map(branch => named(branch, place))
  const schema = avro as { type: AvroSchema; [attribute: string]: unknown }
  switch (schema.type) {
    case 'record':
      return { ...schema, name: place, fields: namedFields(schema.fields as Field[], place) }
    case 'enum':
      return { ...schema, name: place }
    case 'array':
      return { ...schema, items: named(schema.items as AvroSchema, `${place}_item`) }
    case 'map':
      return { ...schema, values: named(schema.values as AvroSchema, `${place}_value`) }
    default:
      return schema
  }
}

interface Field {
  readonly name: string
  readonly type: AvroSchema
}

const namedFields = (fields: readonly Field[], place: string): Field[] =>
  fields.map(field => ({ ...field, type: named(field.type, `${place}_${field.name}`) }))
