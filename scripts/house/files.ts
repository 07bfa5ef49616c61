import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

/** What the house rules look at, read once and shared by all rules. */

export interface HouseFile {
  /** Relative to the root of the project, with `/`. */
  readonly path: string
  readonly text: string
}

export interface CodeFile extends HouseFile {
  readonly tree: ts.SourceFile
}

export interface Breach {
  readonly path: string
  /** From 1. */
  readonly line: number
  readonly rule: string
  /** What to do instead, as a sentence that begins small. */
  readonly instead: string
}

const SEEN = ['src', 'scripts', 'bench', 'test', 'console', 'deploy', 'docs', 'schemas']

/** Every file of the house, tracked or not yet. Nothing that is installed or built. */
export const readHouse = (root: string): HouseFile[] =>
  SEEN.flatMap(folder => pathsUnder(root, folder))
    .sort()
    .map(path => ({ path, text: readFileSync(join(root, path), 'utf8') }))

const pathsUnder = (root: string, folder: string): string[] => {
  if (!existsSync(join(root, folder))) return []
  const entries = readdirSync(join(root, folder), { withFileTypes: true })
  return entries.flatMap(entry => {
    const path = `${folder}/${entry.name}`
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : pathsUnder(root, path)
    return entry.isFile() ? [path] : []
  })
}

const isCode = (file: HouseFile) => file.path.endsWith('.ts')

/** A file as rules see it; tests of the rules make their own. */
export const codeFile = (path: string, text: string): CodeFile => ({
  path,
  text,
  tree: ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true),
})

export const codeOf = (files: readonly HouseFile[]): CodeFile[] =>
  files.filter(isCode).map(file => codeFile(file.path, file.text))

export const isTest = (path: string): boolean => /\.(test|test-d)\.ts$/.test(path)

/** The same for a conformance suite, which tests call, and which needs the test runner. */
export const isForTests = (path: string): boolean =>
  isTest(path) || /\/conformance(\/[^/]+)?\.ts$/.test(path)

export const lineOf = (tree: ts.SourceFile, node: ts.Node): number =>
  tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1

/** Every node below and including `node`, parents first. */
export function* nodesOf(node: ts.Node): Generator<ts.Node> {
  yield node
  const children: ts.Node[] = []
  ts.forEachChild(node, child => {
    children.push(child)
  })
  for (const child of children) yield* nodesOf(child)
}
