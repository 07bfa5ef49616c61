/**
 * Writes the code that reads a record field by field, as one function with the names in it.
 *
 * A loop over names would look each field up by a name that changes, and would build its objects
 * step by step; this is several times faster, and all records of a topic get the same hidden class.
 * Names come from schema files and are checked: nothing of a record gets into the code.
 */
import { invariant } from '../errors.ts'

type OfValue<R> = (value: unknown) => R

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

const checked = (names: readonly string[]): readonly string[] => {
  for (const name of names) invariant(NAME.test(name), `${name} is the name of a field`)
  return names
}

const compiled = (parameter: string, functions: readonly unknown[], body: string): unknown =>
  new Function(parameter, `'use strict'; return function (source) { ${body} }`)(functions)

/**
 * A function that makes an object of the kept fields, each through its function, in this order.
 * The others are called too, for what they check.
 */
export const objectCode = (
  names: readonly string[],
  functions: readonly OfValue<unknown>[],
  kept: ReadonlySet<string>,
): OfValue<Record<string, unknown>> => {
  const reads = checked(names).map((name, at) => `const _${at} = of[${at}](source.${name})`)
  const members = names.flatMap((name, at) => (kept.has(name) ? [`${name}: _${at}`] : []))
  const body = `${reads.join('; ')}; return { ${members.join(', ')} }`
  return compiled('of', functions, body) as OfValue<Record<string, unknown>>
}

/** A function that joins the texts of the fields. */
export const textCode = (
  names: readonly string[],
  functions: readonly OfValue<string>[],
): OfValue<string> => {
  const terms = checked(names).map((name, at) => `of[${at}](source.${name})`)
  return compiled('of', functions, `return ${terms.join(' + ') || "''"}`) as OfValue<string>
}

/** A function that adds up the numbers of the fields. */
export const sumCode = (
  names: readonly string[],
  functions: readonly OfValue<number>[],
): OfValue<number> => {
  const terms = checked(names).map((name, at) => `of[${at}](source.${name})`)
  return compiled('of', functions, `return ${terms.join(' + ') || '0'}`) as OfValue<number>
}

/** A function that calls each of the field's functions until one gives something, and gives that. */
export const firstCode = <R>(
  names: readonly string[],
  functions: readonly OfValue<R | null>[],
): OfValue<R | null> => {
  const terms = checked(names).map((name, at) => `of[${at}](source.${name})`)
  return compiled('of', functions, `return ${terms.join(' ?? ') || 'null'}`) as OfValue<R | null>
}

/** A function that makes a record of these fields: the first are given, the others are the body's. */
export const assembledCode = (
  given: readonly string[],
  names: readonly string[],
): ((body: object, ...values: readonly unknown[]) => object) => {
  const parameters = checked(given).map((_, at) => `_${at}`)
  const members = checked(names).map(name => {
    const at = given.indexOf(name)
    return at < 0 ? `${name}: body.${name}` : `${name}: _${at}`
  })
  return new Function(
    'body',
    ...parameters,
    `'use strict'; return { ${members.join(', ')} }`,
  ) as ReturnType<typeof assembledCode>
}
