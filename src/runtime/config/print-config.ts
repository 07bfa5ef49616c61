/** The configuration in force, as YAML that reads back as the same, with where each value is from. */
import { Document, isMap, type Pair, type Scalar, type YAMLMap } from 'yaml'
import { infoOf } from './key.ts'
import { schemaAt, valueAt } from './problems.ts'
import type { ReadConfig } from './read-config.ts'
import { unsubstituted } from './substitution.ts'

const MASK = '***'

/** Whether secrets are masked. Nobody but a test prints them. */
type Secrets = 'masked' | 'shown'

export const configText = (read: ReadConfig, secrets: Secrets = 'masked'): string => {
  const document = new Document(printed(read, secrets, unsubstituted))
  if (isMap(document.contents)) annotate(document.contents as YAMLMap, [], read)
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}

export const configJson = (read: ReadConfig): string =>
  JSON.stringify({
    config: printed(read, 'masked', text => text),
    origins: Object.fromEntries(read.origins),
  })

const printed = (
  { config, origins }: ReadConfig,
  secrets: Secrets,
  written: (text: string) => string,
): object => {
  const copy: Record<string, unknown> = {}
  for (const name of origins.keys()) {
    const path = name.split('.')
    const holder = path.slice(0, -1).reduce<Record<string, unknown>>((at, part) => {
      at[part] ??= {}
      return at[part] as Record<string, unknown>
    }, copy)
    holder[path.at(-1)!] = shown(path, valueAt(config, path), secrets, written)
  }
  return copy
}

const shown = (
  path: readonly string[],
  value: unknown,
  secrets: Secrets,
  written: (text: string) => string,
): unknown => {
  if (value === undefined) return infoOf(schemaAt(path)!)?.word
  if (Array.isArray(value)) return value.map(each => written(String(each)))
  if (typeof value !== 'string') return value
  // An empty one hides nothing, and is most often a variable that somebody forgot.
  if (secrets === 'masked' && infoOf(schemaAt(path)!)?.secret) return value === '' ? '' : MASK
  return written(secrets === 'masked' ? withoutPassword(value) : value)
}

/** As a part of an address it would be read by whoever sees what is printed. */
const withoutPassword = (text: string): string =>
  text.replace(/(\/\/[^/@:]*):[^/]+@/, `$1:${MASK}@`)

const annotate = (map: YAMLMap, path: readonly string[], read: ReadConfig): void => {
  for (const { key, value } of map.items as Pair<Scalar<string>, Scalar>[]) {
    const at = [...path, key.value]
    if (isMap(value)) annotate(value, at, read)
    else if (value !== null) {
      Object.assign(value, { flow: true, comment: ` ${read.origins.get(at.join('.'))}` })
    }
  }
}
