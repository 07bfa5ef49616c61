/**
 * From a text in YAML to a configuration that is whole and sound:
 *
 *   YAML ─► variables of the environment put in ─► schema with defaults ─► rules between keys
 *
 * All that is wrong is told at once, each with its line.
 */
import { dirname, resolve } from 'node:path'
import { type Document, isScalar, LineCounter, parseDocument, visit } from 'yaml'
import { MillraceError } from '../../engine/errors.ts'
import { brokenRules } from './config-rules.ts'
import { type Config, configSchema } from './config-schema.ts'
import { infoOf } from './key.ts'
import { allKeys, type KeyPath, type Problem, problemsOf, schemaAt, valueAt } from './problems.ts'
import { type Environment, substitute } from './substitution.ts'

/**
 * Where a value comes from: `default`, `file`, or `env` with the variables in it. Where these are not
 * set, it is the file's.
 */
export type Origin = 'default' | 'file' | `env ${string}`

export interface ReadConfig {
  /** Paths of files and folders are absolute. */
  readonly config: Config
  /** Of every key that has a value, by its path with dots. */
  readonly origins: ReadonlyMap<string, Origin>
}

const TEXT_MAX = 1 << 20
const PROBLEMS_MAX = 20

/**
 * @param file what it is called in messages; paths in it are relative to its folder
 * @throws MillraceError `CONFIG_INVALID` with all that is wrong
 */
export const readConfig = (text: string, file: string, env: Environment): ReadConfig => {
  const lines = new LineCounter()
  const document = documentOf(text, file, lines)
  const fromEnv = new Map<string, string>()
  const unset = substituteAll(document, env, fromEnv)
  if (unset.length > 0) throw refused(unset, document, lines, file)
  const given = document.toJS() ?? {}
  const parsed = configSchema.safeParse(given)
  const problems = parsed.success
    ? brokenRules(parsed.data)
    : withBrokenRules(
        given,
        parsed.error.issues.flatMap(issue => problemsOf(issue, given)),
      )
  if (!parsed.success || problems.length > 0) throw refused(problems, document, lines, file)
  const config = withAbsolutePaths(parsed.data, dirname(resolve(file)))
  return { config, origins: originsOf(config, given, fromEnv) }
}

/**
 * With what the sound keys break, so that all is told at once: rules are asked of the configuration
 * without the keys that are wrong. Of a section that one of these is in, or was meant for, they could be
 * asked of a default that nobody wants, so of such a section nothing more is told.
 */
const withBrokenRules = (given: unknown, problems: readonly Problem[]): readonly Problem[] => {
  const sound = structuredClone(given)
  for (const { path } of problems) remove(sound, path)
  const parsed = configSchema.safeParse({ application: 'any', ...Object(sound) })
  if (!parsed.success) return problems
  const wrong = new Set(problems.flatMap(({ path, meant }) => [path[0], meant?.[0]]))
  return [...problems, ...brokenRules(parsed.data).filter(({ path }) => !wrong.has(path[0]))]
}

const remove = (given: unknown, path: KeyPath): void => {
  const holder = valueAt(given, path.slice(0, -1))
  if (typeof holder === 'object' && holder !== null) delete (holder as never)[path.at(-1)!]
}

const documentOf = (text: string, file: string, lines: LineCounter): Document => {
  if (text.length > TEXT_MAX)
    throw invalid(`${file} is larger than 1 MiB: this is no configuration.`)
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const [error] = document.errors
  if (error === undefined) return document
  const { line, col } = lines.linePos(error.pos[0])
  const advice = text.split('\n')[line - 1]?.includes('${')
    ? `Within { } and [ ] a variable stands in quotes, as "$\{NAME}".`
    : 'This is no YAML.'
  throw invalid(`${file}:${line}: column ${col}: ${error.message.split('\n')[0]}. ${advice}`)
}

/** Puts variables into all texts, and says which have one. */
const substituteAll = (
  document: Document,
  env: Environment,
  fromEnv: Map<string, string>,
): readonly Problem[] => {
  const problems: Problem[] = []
  visit(document, {
    Scalar(key, node, ancestors) {
      if (key === 'key' || typeof node.value !== 'string') return
      const path = pathOf(ancestors, key)
      const { text, names, problems: wrong } = substitute(node.value, env)
      node.value = text
      if (names.length > 0) fromEnv.set(keysOf(path).join('.'), names.join(', '))
      for (const what of wrong)
        problems.push({ path, sentence: `${keysOf(path).join('.')}: ${what}` })
    },
  })
  return problems
}

const pathOf = (ancestors: readonly unknown[], last: unknown): KeyPath => {
  const path: (string | number)[] = []
  for (const [at, node] of ancestors.entries()) {
    const key = (node as { key?: unknown }).key
    if (isScalar(key)) path.push(String(key.value))
    else if ('items' in Object(node) && isListed(node, ancestors[at + 1])) {
      path.push((node as { items: unknown[] }).items.indexOf(ancestors[at + 1]))
    }
  }
  return typeof last === 'number' ? [...path, last] : path
}

/** Whether it is an item of a list, and not a pair of a map. */
const isListed = (list: unknown, item: unknown): boolean =>
  item !== undefined &&
  !('key' in Object(item)) &&
  (list as { items: unknown[] }).items.includes(item)

const keysOf = (path: KeyPath): KeyPath => path.filter(part => typeof part === 'string')

const withAbsolutePaths = (config: Config, folder: string): Config => {
  const copy = structuredClone(config)
  for (const path of allKeys()) {
    const value = valueAt(copy, path)
    if (typeof value !== 'string' || !infoOf(schemaAt(path)!)?.path) continue
    const holder = valueAt(copy, path.slice(0, -1)) as Record<string, unknown>
    holder[path.at(-1)!] = resolve(folder, value)
  }
  return copy
}

const originsOf = (
  config: Config,
  given: unknown,
  fromEnv: ReadonlyMap<string, string>,
): ReadonlyMap<string, Origin> => {
  const origins = new Map<string, Origin>()
  for (const path of allKeys()) {
    const value = valueAt(config, path) ?? infoOf(schemaAt(path)!)?.word
    if (value === undefined || isSection(value)) continue
    const name = path.join('.')
    const variables = fromEnv.get(name)
    const written = valueAt(given, path) === undefined ? 'default' : 'file'
    origins.set(name, variables === undefined ? written : `env ${variables}`)
  }
  return origins
}

const isSection = (value: unknown): boolean => typeof value === 'object' && !Array.isArray(value)

const refused = (
  problems: readonly Problem[],
  document: Document,
  lines: LineCounter,
  file: string,
): MillraceError => {
  const told = problems
    .map(({ path, sentence }) => ({ line: lineOf(document, path, lines), sentence }))
    .sort((a, b) => a.line - b.line)
    .map(({ line, sentence }) => `${file}:${line}: ${sentence.replace(/[.]$/, '')}`)
  const [first, ...others] = told
  if (others.length === 0) return invalid(/[?]$/.test(first!) ? first! : `${first}.`)
  const shown = told.slice(0, PROBLEMS_MAX).map(line => `  ${line}`)
  const more = told.length > PROBLEMS_MAX ? [`  and ${told.length - PROBLEMS_MAX} more`] : []
  return invalid([`${told.length} things are wrong in ${file}:`, ...shown, ...more].join('\n'))
}

/** Of the key, or of the nearest above it that is there. */
const lineOf = (document: Document, path: KeyPath, lines: LineCounter): number => {
  for (let length = path.length; length > 0; length--) {
    const at = keyNode(document, path.slice(0, length))
    if (at !== null) return lines.linePos(at).line
  }
  return 1
}

const keyNode = (document: Document, path: KeyPath): number | null => {
  const holder = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true)
  const { items = [] } = Object(holder) as { items?: { key?: unknown; range?: [number] }[] }
  for (const item of items) {
    if (isScalar(item.key) && item.key.value === path.at(-1)) return item.key.range?.[0] ?? null
  }
  const item = items[path.at(-1) as number]
  return item?.range?.[0] ?? null
}

const invalid = (message: string): MillraceError => new MillraceError('CONFIG_INVALID', message)
