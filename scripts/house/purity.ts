import ts from 'typescript'
import { roomOf } from './directions.ts'
import { type Breach, type CodeFile, isForTests, lineOf, nodesOf } from './files.ts'
import { importsOf } from './imports.ts'

/**
 * Where time and chance may come from.
 *
 * - `models/`, `pipelines/`: neither, nor anything of the machine: a handler sees an event, the
 *   key's state and `now`.
 * - `engine/`: no clock, no timer, no randomness; `node:` modules that compute are allowed.
 * - `logs/`, `sources/`: a clock may be handed in, so naming `Date.now` as a default is fine and
 *   calling it is not. The clients of brokers are free: their deadlines, and the names of handles that
 *   nobody else may know, are between them and the broker.
 *
 * Tests are free: they stand outside.
 */
const PURE = new Set(['models', 'pipelines'])
const TIMELESS = new Set(['models', 'pipelines', 'engine'])
const CLOCK_HANDED_IN = new Set(['logs', 'sources'])
const OF_A_BROKER = /^src\/logs\/(kafka|kafkajs|rdkafka)(\/|-log\.ts$)/

/** Globals that no pure file names. */
const MACHINE = new Set(['process', 'crypto', 'fetch', 'globalThis', 'require', 'console'])
const SCHEDULERS = new Set(['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'])
const CLOCK_MODULES = /^(node:)?(timers|perf_hooks|worker_threads)(\/|$)/
/** What `node:crypto` has of chance. */
const CHANCE = /^(randomBytes|randomUUID|randomInt|randomFillSync|getRandomValues)$/

export const purityBreaches = (files: readonly CodeFile[]): Breach[] =>
  files
    .filter(file => file.path.startsWith('src/') && !isForTests(file.path))
    .filter(file => !OF_A_BROKER.test(file.path))
    .flatMap(file => [...importBreaches(file), ...nameBreaches(file)])

const importBreaches = (file: CodeFile): Breach[] => {
  const room = roomOf(file.path)
  return importsOf(file).flatMap(one => {
    if (PURE.has(room) && one.isNode) {
      return [
        breach(file, one.line, `${room} may not use ${one.specifier}; take values as parameters`),
      ]
    }
    if (TIMELESS.has(room) && CLOCK_MODULES.test(one.specifier)) {
      return [breach(file, one.line, `${room} has no clock; take \`now\` as a parameter`)]
    }
    return []
  })
}

const nameBreaches = (file: CodeFile): Breach[] => {
  const room = roomOf(file.path)
  if (!TIMELESS.has(room) && !CLOCK_HANDED_IN.has(room)) return []
  const own = declaredIn(file.tree)
  return [...nodesOf(file.tree)].flatMap(node => {
    const what = impurityOf(node, room, own)
    return what === null ? [] : [breach(file, lineOf(file.tree, node), `${room} ${what}`)]
  })
}

const impurityOf = (node: ts.Node, room: string, own: ReadonlySet<string>): string | null => {
  const clock = clockAt(node)
  if (clock !== null && (TIMELESS.has(room) || isCalled(node))) {
    return `may not read ${clock}; take the time as a parameter`
  }
  if (isChance(node)) return 'may not be random; take a seeded generator as a parameter'
  if (!TIMELESS.has(room) || !ts.isIdentifier(node) || !isReference(node, own)) return null
  if (SCHEDULERS.has(node.text)) return `may not use ${node.text}; set a timer of the pipeline`
  if (PURE.has(room) && MACHINE.has(node.text)) {
    return `may not use ${node.text}; take what it gives as a parameter`
  }
  return null
}

/** The clock that is read or named here, as it is written, or null. */
const clockAt = (node: ts.Node): string | null => {
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const written = `${node.expression.text}.${node.name.text}`
    if (written === 'Date.now' || node.expression.text === 'performance') return written
    return /^process\.(hrtime|uptime)$/.test(written) ? written : null
  }
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && !node.arguments?.length) {
    return 'new Date()'
  }
  return ts.isCallExpression(node) && isNamed(node.expression, 'Date') ? 'Date()' : null
}

const isCalled = (node: ts.Node) =>
  !ts.isPropertyAccessExpression(node) ||
  (ts.isCallExpression(node.parent) && node.parent.expression === node)

const isChance = (node: ts.Node) =>
  ts.isPropertyAccessExpression(node)
    ? isNamed(node.expression, 'Math') && node.name.text === 'random'
    : ts.isIdentifier(node) && CHANCE.test(node.text)

const isNamed = (node: ts.Node, name: string) => ts.isIdentifier(node) && node.text === name

/** True where the name stands for the global: not a field, a label or something of the file's own. */
const isReference = (node: ts.Identifier, own: ReadonlySet<string>) => {
  if (own.has(node.text)) return false
  const { parent } = node
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node
  if (ts.isQualifiedName(parent) || ts.isTypeReferenceNode(parent)) return false
  return !('name' in parent && parent.name === node)
}

const declaredIn = (tree: ts.SourceFile): Set<string> => {
  const names = new Set<string>()
  for (const node of nodesOf(tree)) {
    const declares =
      ts.isVariableDeclaration(node) ||
      ts.isParameter(node) ||
      ts.isFunctionDeclaration(node) ||
      ts.isBindingElement(node) ||
      ts.isImportSpecifier(node)
    if (declares && node.name && ts.isIdentifier(node.name)) names.add(node.name.text)
  }
  return names
}

const breach = (file: CodeFile, line: number, instead: string): Breach => ({
  path: file.path,
  line,
  rule: 'purity',
  instead,
})
