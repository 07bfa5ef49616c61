import type { Breach, CodeFile } from './files.ts'
import { isForTests, isTest } from './files.ts'
import { type Import, importsOf } from './imports.ts'

/**
 * Imports point one way. Each room may import itself and the rooms named here.
 *
 *   models    engine
 *      \      |    \
 *       \   events  \
 *        \    |   \  \
 *      pipelines  logs, sources, chdb
 *             \   / \        (logs and chdb may ask `processes`, which imports nothing)
 *              \ /   sinks
 *     replay, serve, testing
 *               |
 *     runtime, cli.ts, index.ts        everything
 */
const EVERYTHING = 'everything'
const BELOW = ['engine', 'events', 'models', 'logs', 'chdb', 'sinks', 'sources', 'pipelines']
export const MAY_IMPORT: Readonly<Record<string, readonly string[] | typeof EVERYTHING>> = {
  models: [],
  engine: [],
  events: ['engine'],
  processes: [],
  logs: ['engine', 'events', 'processes'],
  chdb: ['engine', 'processes'],
  sinks: ['engine', 'events', 'logs'],
  sources: ['engine', 'events'],
  pipelines: ['engine', 'events', 'models'],
  replay: BELOW,
  serve: BELOW,
  testing: BELOW,
  runtime: EVERYTHING,
  cli: EVERYTHING,
  index: EVERYTHING,
}

/** Rooms that choose their npm packages from a list. In the others, any that is declared will do. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  models: [],
  pipelines: [],
  engine: ['avsc'],
}

/** What the project's manifest declares. */
export interface Declared {
  /** Installed with the package: dependencies, optional and peer ones. */
  readonly shipped: ReadonlySet<string>
  /** Everything that `npm ci` installs by name. */
  readonly all: ReadonlySet<string>
}

export const roomOf = (path: string): string =>
  (path.split('/')[1] ?? '').replace(/\.(test|test-d)\.ts$|\.ts$/, '')

export const directionBreaches = (files: readonly CodeFile[], declared: Declared): Breach[] =>
  files.filter(file => file.path.startsWith('src/')).flatMap(file => breachesOf(file, declared))

const breachesOf = (file: CodeFile, declared: Declared): Breach[] => {
  if (MAY_IMPORT[roomOf(file.path)] === undefined) return [unknownRoom(file.path)]
  return importsOf(file).flatMap(one => {
    const instead = one.target === null ? badPackage(file, one, declared) : badTarget(file, one)
    return instead === null
      ? []
      : [{ path: file.path, line: one.line, rule: 'import-direction', instead }]
  })
}

const unknownRoom = (path: string): Breach => ({
  path,
  line: 1,
  rule: 'unknown-room',
  instead: `put the file into one of the rooms of src/ (${Object.keys(MAY_IMPORT).join(', ')})`,
})

const badTarget = (file: CodeFile, one: Import): string | null => {
  const target = one.target as string
  if (!target.startsWith('src/')) {
    return isTest(file.path) ? null : `src/ stands alone; move what "${target}" gives into it`
  }
  const [from, to] = [roomOf(file.path), roomOf(target)]
  const allowed = MAY_IMPORT[from]
  if (allowed === EVERYTHING || from === to || allowed?.includes(to)) return null
  if ((to === 'testing' || to === 'events') && isTest(file.path)) return null
  return `${from} may not import ${to} (${target}), only ${listed(allowed)}; pass the value in, or move it down`
}

const listed = (rooms: readonly string[] | undefined) =>
  rooms === undefined || rooms.length === 0 ? 'itself' : `itself, ${rooms.join(', ')}`

const badPackage = (file: CodeFile, one: Import, declared: Declared): string | null => {
  if (one.npmPackage === null) return null
  const allowed = PACKAGES[roomOf(file.path)]
  if (isForTests(file.path)) {
    return declared.all.has(one.npmPackage) ? null : undeclared(one.npmPackage)
  }
  if (allowed !== undefined && !allowed.includes(one.npmPackage)) {
    return `${roomOf(file.path)} may use ${allowed.join(', ') || 'no'} npm packages, not "${one.npmPackage}"`
  }
  return declared.shipped.has(one.npmPackage) ? null : undeclared(one.npmPackage)
}

const undeclared = (npmPackage: string) =>
  `"${npmPackage}" is not among the dependencies that a user of the package gets; declare it in package.json and write its reason into docs/decisions`
