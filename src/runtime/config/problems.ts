/** What zod finds wrong, in a sentence with the place and what to give instead. */
import type { z } from 'zod'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { configSchema } from './config-schema.ts'
import { infoOf, shapeOf } from './key.ts'

export type KeyPath = readonly (string | number)[]

/** One thing that is wrong: where, and what to do. */
export interface Problem {
  readonly path: KeyPath
  readonly sentence: string
  /** Of a key that there is none of: the one that it is most like. */
  readonly meant?: KeyPath
}

export const problemsOf = (issue: z.core.$ZodIssue, given: unknown): readonly Problem[] => {
  const path = issue.path as KeyPath
  if (issue.code !== 'unrecognized_keys') return [wrongValue(path, given)]
  return issue.keys.map(key => unknownKey(path, key))
}

const unknownKey = (path: KeyPath, key: string): Problem => {
  const keys = Object.keys(shapeOf(schemaAt(path)!) ?? {})
  const at = [...path, key]
  const name = at.join('.')
  const near = suggestionFor(key, keys)
  const meant = near ? [...path, near] : allKeys().find(each => each.at(-1) === key)
  return meant
    ? { path: at, meant, sentence: `there is no key ${name}; did you mean ${meant.join('.')}?` }
    : { path: at, sentence: `there is no key ${name}; there is ${keys.join(', ')}` }
}

/** An item of a list is told as its list. */
const wrongValue = (path: KeyPath, given: unknown): Problem => {
  const keys = path.filter(part => typeof part === 'string')
  const { wants, secret } = infoOf(schemaAt(keys)!) ?? { wants: 'keys and values' }
  const name = keys.join('.') || 'the configuration'
  const value = valueAt(given, keys)
  if (value === undefined) return { path: keys, sentence: `${name} is missing; give ${wants}` }
  if (value === null) return { path: keys, sentence: `${name} is empty; give ${wants}` }
  const shown = secret ? 'not as it should be' : shortened(value)
  const quotes = typeof value === 'number' && /text|name|path/.test(wants) ? ', in quotes' : ''
  return { path: keys, sentence: `${name} is ${shown}; give ${wants}${quotes}` }
}

/** Every key there is, as its path, in the order of the schema. */
export const allKeys = (): readonly (readonly string[])[] => keysBelow(configSchema, [])

const keysBelow = (schema: z.core.$ZodType, path: readonly string[]): (readonly string[])[] =>
  Object.entries(shapeOf(schema) ?? {}).flatMap(([name, below]) => {
    const at = [...path, name]
    return shapeOf(below) ? [at, ...keysBelow(below, at)] : [at]
  })

export const schemaAt = (path: KeyPath): z.core.$ZodType | undefined =>
  path.reduce<z.core.$ZodType | undefined>(
    (schema, part) => (schema ? (shapeOf(schema)?.[part] ?? undefined) : undefined),
    configSchema,
  )

export const valueAt = (given: unknown, path: KeyPath): unknown =>
  path.reduce<unknown>((value, part) => (Object(value) as Record<string, unknown>)[part], given)

const SHOWN_MAX = 60

const shortened = (value: unknown): string => {
  const text = JSON.stringify(value).replace(/\/\/[^/]*@/g, '//…@')
  return text.length > SHOWN_MAX ? `${text.slice(0, SHOWN_MAX)}…` : text
}
