import type { EngineFields } from '../arrival.ts'
import { MillraceError } from '../errors.ts'
import type { Pipeline } from '../pipeline.ts'
import type { InputPlan } from './plan.ts'

const KEY_LENGTH_MAX = 1_024

/** Whose a record is; of a scattered one, where its answers meet and whom it goes to. */
export interface Address {
  /** Null where it is nobody's, and where it may be several keys'. */
  readonly key: string | null
  readonly parts: readonly PartAddress[] | null
  /** Parts that cannot be asked, as an id is longer than a key may be. */
  readonly missing: readonly string[]
  /** Of an input with several keys: each once, in the order of their names. */
  readonly keys: readonly string[] | null
}

export interface PartAddress {
  readonly part: string
  readonly key: string
}

/** Asks the pipeline's own functions, which may fail. Null where the record is not the pipeline's. */
export const addressOf = (
  pipeline: Pipeline,
  { rules }: InputPlan,
  event: EngineFields,
): Address | null => {
  if (rules.when && !rules.when(event)) return null
  if (rules.key) return { ...WHOLE, key: checkedKey(rules.key(event)) }
  if (!rules.scatter) return { ...WHOLE, keys: distinctKeys(rules.keys!(event)) }
  const ids = rules.scatter(event)
  const key = checkedKey(textKey(rules.gatherBy!(event)))
  const parts: PartAddress[] = []
  let missing = NONE
  for (const part of pipeline.parts!) {
    const id = ids[part]
    if (id == null) continue
    if (id.length <= KEY_LENGTH_MAX) parts.push({ part, key: `${part}:${id}` })
    else missing = [...missing, part]
  }
  return { key, parts, missing, keys: null }
}

const NONE: readonly string[] = []
const WHOLE: Address = { key: null, parts: null, missing: NONE, keys: null }

const distinctKeys = (keys: readonly string[]): readonly string[] => {
  for (const key of keys) checkedKey(key)
  if (keys.length < 2) return keys
  return keys.length === 2 ? distinctOfTwo(keys[0]!, keys[1]!) : [...new Set(keys)].sort()
}

const distinctOfTwo = (one: string, other: string): readonly string[] => {
  if (one === other) return [one]
  return one < other ? [one, other] : [other, one]
}

/** Types promise a text; a field that is missing after all is told here. */
const textKey = (key: unknown): string => {
  if (typeof key === 'string') return key
  throw new TypeError(`gatherBy gave ${String(key)}, where the id of the subject is wanted`)
}

const checkedKey = (key: string | null): string | null => {
  if (key === null || key.length <= KEY_LENGTH_MAX) return key
  throw new MillraceError(
    'KEY_TOO_LONG',
    `a key of ${key.length} characters; keys may have ${KEY_LENGTH_MAX}. Use an id or a hash.`,
  )
}
