import type { Breach, CodeFile } from './files.ts'
import { importsOf } from './imports.ts'

/**
 * An article costs the same for everybody: what sets prices reads nothing of how one person deals with
 * deals, nor of how the person is told apart from others, by whatever way round. What prices are set by,
 * demand and what is bought together, is counted over all people alike.
 */
export const onePriceBreaches = (files: readonly CodeFile[]): Breach[] => {
  const byPath = new Map(files.map(file => [file.path, file]))
  return files
    .filter(({ path }) => SETS_PRICES.test(path))
    .flatMap(file =>
      importsOf(file).flatMap(({ target, line }) => {
        const found = target === null ? undefined : aboutPersonsFrom(target, byPath)
        return found === undefined ? [] : [breach(file.path, line, found)]
      }),
    )
}

const SETS_PRICES = /^src\/(pipelines|models)\/(price|elasticity|demand|basket|lerner)-/
const ABOUT_PERSONS = /^src\/(pipelines|models)\/(deal|lifecycle)-/

const breach = (path: string, line: number, found: string): Breach => ({
  path,
  line,
  rule: 'one-price-for-all',
  instead: `set prices without ${found}, which is about one person`,
})

/** The first file about persons that is reached by imports from `start` on. */
const aboutPersonsFrom = (
  start: string,
  files: ReadonlyMap<string, CodeFile>,
): string | undefined => {
  const reached = new Set([start])
  for (const path of reached) {
    if (ABOUT_PERSONS.test(path)) return path
    const file = files.get(path)
    if (file) for (const { target } of importsOf(file)) if (target !== null) reached.add(target)
  }
  return undefined
}
