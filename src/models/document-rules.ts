/**
 * What a document from outside has to be like. A rule names the first field that is not as it should be,
 * and what it should be; null: all is well.
 */
export type DocumentRule = (value: unknown, at: string) => string | null

type Stated = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Stated =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const must = (holds: boolean, at: string, what: string): string | null =>
  holds ? null : `${at} must be ${what}`

export const number =
  (least: number, most: number): DocumentRule =>
  (value, at) =>
    must(
      typeof value === 'number' && value >= least && value <= most,
      at,
      `a number from ${least} to ${most}`,
    )

export const whole =
  (least: number, most: number): DocumentRule =>
  (value, at) =>
    must(
      Number.isInteger(value) && number(least, most)(value, at) === null,
      at,
      `a whole number from ${least} to ${most}`,
    )

export const flag: DocumentRule = (value, at) =>
  must(typeof value === 'boolean', at, 'true or false')

export const text: DocumentRule = (value, at) =>
  must(typeof value === 'string' && value !== '', at, 'a text that is not empty')

export const oneOf =
  (names: readonly string[]): DocumentRule =>
  (value, at) =>
    must(
      names.some(name => name === value),
      at,
      `one of ${names.join(', ')}`,
    )

export const nullOr =
  (rule: DocumentRule): DocumentRule =>
  (value, at) =>
    value === null ? null : rule(value, at)

export const listOf =
  (rule: DocumentRule, max: number): DocumentRule =>
  (value, at) =>
    Array.isArray(value) && value.length <= max
      ? first(value.entries(), ([i, each]) => rule(each, `${at}[${i}]`))
      : `${at} must be a list of at most ${max}`

/** Any names, each with a value of one kind. */
export const tableOf =
  (rule: DocumentRule): DocumentRule =>
  (value, at) =>
    isObject(value)
      ? first(Object.entries(value), ([name, each]) => rule(each, `${at}.${name}`))
      : `${at} must be an object`

export type FieldRules<T> = { readonly [name in keyof T]-?: DocumentRule }

/** Only these names, since a field that is misspelt would go unheeded; what is absent is not judged. */
export const fieldsOf =
  <T>(rules: FieldRules<T>): DocumentRule =>
  (value, at) =>
    isObject(value)
      ? first(Object.entries(value), ([name, each]) => fieldFault(rules, name, each, at))
      : `${at || 'the document'} must be an object`

/** Only these names, and all of them. */
export const allFieldsOf =
  <T>(rules: FieldRules<T>): DocumentRule =>
  (value, at) =>
    fieldsOf(rules)(value, at) ??
    first(Object.keys(rules), name =>
      must(Object.hasOwn(value as Stated, name), `${at}.${name}`, 'stated'),
    )

const fieldFault = (rules: object, name: string, value: unknown, at: string): string | null => {
  const path = at === '' ? name : `${at}.${name}`
  return Object.hasOwn(rules, name)
    ? (rules as Readonly<Record<string, DocumentRule>>)[name]!(value, path)
    : `${path} is no field of it`
}

const first = <T>(all: Iterable<T>, faultOf: (each: T) => string | null): string | null => {
  for (const each of all) {
    const fault = faultOf(each)
    if (fault !== null) return fault
  }
  return null
}
