/**
 * Generates `src/events.ts` from `schemas/`.
 *
 *   npx tsx scripts/generate-events.ts           writes it
 *   npx tsx scripts/generate-events.ts --check   fails where it is not what the schemas say
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { eventsSource } from './events-source.ts'
import { readSchemaFiles } from './schema-files.ts'

const SCHEMAS = fileURLToPath(new URL('../schemas', import.meta.url))
const EVENTS = fileURLToPath(new URL('../src/events.ts', import.meta.url))

const textOf = (file: string): string => {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

/** Null where `events` is what `schemas` say, else a sentence with what to do. */
export const staleness = (schemas = SCHEMAS, events = EVENTS): string | null =>
  textOf(events) === eventsSource(readSchemaFiles(schemas))
    ? null
    : 'src/events.ts is not what schemas/ say. Run `npx tsx scripts/generate-events.ts`.'

const check = (): void => {
  const stale = staleness()
  if (stale === null) return
  console.error(stale)
  process.exitCode = 1
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--check')) check()
  else writeFileSync(EVENTS, eventsSource(readSchemaFiles(SCHEMAS)))
}
