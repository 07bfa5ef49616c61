/**
 * The words after a command, against its options. `parseArgs` of Node splits them; this names what
 * is wrong, and lets an option of several values take all words up to the next option:
 *
 *   --from ndjson:a log:b        the same as        --from ndjson:a --from log:b
 */
import { parseArgs } from 'node:util'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { momentOf } from './moment.ts'
import type { OptionSpec } from './option-spec.ts'
import { UsageError } from './usage-error.ts'

export class Arguments {
  readonly words: readonly string[]
  readonly #options: ReadonlyMap<string, readonly string[]>

  constructor(words: readonly string[], options: ReadonlyMap<string, readonly string[]>) {
    this.words = words
    this.#options = options
  }

  has(name: string): boolean {
    return this.#options.has(name)
  }

  text(name: string): string | undefined {
    return this.#options.get(name)?.[0]
  }

  texts(name: string): readonly string[] {
    return this.#options.get(name) ?? []
  }

  /** Those of an option that must be given. */
  required(name: string, example: string): readonly string[] {
    const texts = this.texts(name)
    if (texts.length === 0) throw new UsageError(`--${name} is missing, as in --${name} ${example}`)
    return texts
  }

  /** A whole number from `least` on, and up to `most` where that is given. */
  count(name: string, least: number, most = Number.MAX_SAFE_INTEGER): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const count = Number(text)
    if (/^\d+$/.test(text) && count >= least && count <= most) return count
    const bounds = most === Number.MAX_SAFE_INTEGER ? `${least} on` : `${least} to ${most}`
    throw new UsageError(`--${name} ${text}: give a whole number from ${bounds}`)
  }

  /** In ms since 1970. */
  moment(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const moment = momentOf(text)
    if (moment !== null) return moment
    throw new UsageError(
      `--${name} ${text}: give milliseconds since 1970, a day as 2026-01-31 (midnight UTC), or a ` +
        'time with its zone as 2026-01-31T12:00:00Z',
    )
  }

  /** A length of time as 500ms, 60s, 5m or 1h, in ms. */
  span(name: string): number | undefined {
    const text = this.text(name)
    if (text === undefined) return undefined
    const [, count, unit] = /^(\d+)(ms|s|m|h)$/.exec(text) ?? []
    if (count !== undefined) return Number(count) * UNITS_MS[unit!]!
    throw new UsageError(`--${name} ${text}: give a length of time as 500ms, 60s, 5m or 1h`)
  }

  /** Refuses words that nobody asked for. */
  wordsAtMost(max: number): void {
    const extra = this.words[max]
    if (extra !== undefined) throw new UsageError(`${extra}: there is no place for this word`)
  }
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

export const argumentsOf = (argv: readonly string[], specs: readonly OptionSpec[]): Arguments => {
  const words: string[] = []
  const options = new Map<string, string[]>()
  let open: string[] | null = null
  for (const token of tokensOf(argv, specs)) {
    if (token.kind === 'option') {
      const spec = specOf(token.name, token.rawName, specs)
      if (!spec.several && options.has(spec.name)) throw givenTwice(spec)
      const values = options.get(spec.name) ?? []
      options.set(spec.name, values)
      if (spec.value !== undefined) values.push(givenValue(token, spec))
      else if (token.value !== undefined) throw new UsageError(`--${spec.name} takes no value`)
      open = spec.several ? values : null
    } else if (token.kind === 'positional') {
      if (open) open.push(token.value)
      else words.push(token.value)
    } else open = null
  }
  return new Arguments(words, options)
}

const tokensOf = (argv: readonly string[], specs: readonly OptionSpec[]) => {
  const options: Record<string, { type: 'string' | 'boolean'; multiple: true }> = {}
  for (const { name, value } of specs) {
    options[name] = { type: value === undefined ? 'boolean' : 'string', multiple: true }
  }
  const config = { args: [...argv], options, strict: false, allowPositionals: true, tokens: true }
  return parseArgs(config as typeof config & { tokens: true }).tokens
}

const specOf = (name: string, raw: string, specs: readonly OptionSpec[]): OptionSpec => {
  const spec = raw.startsWith('--') ? specs.find(each => each.name === name) : undefined
  if (spec) return spec
  const near = suggestionFor(
    name,
    specs.map(each => each.name),
  )
  throw new UsageError(`there is no option ${raw}${near ? `; did you mean --${near}?` : ''}`)
}

/** Which of the two was meant, nobody can say. */
const givenTwice = ({ name }: OptionSpec): UsageError =>
  new UsageError(`--${name} stands twice: give it once`)

const givenValue = (
  token: { readonly value?: string | undefined; readonly inlineValue?: boolean | undefined },
  spec: OptionSpec,
): string => {
  const { value, inlineValue } = token
  if (value && (inlineValue || !value.startsWith('--'))) return value
  throw new UsageError(`--${spec.name} wants a value: --${spec.name} ${spec.value}`)
}
