import { builtinModules } from 'node:module'
import { posix } from 'node:path'
import ts from 'typescript'
import { type CodeFile, lineOf, nodesOf } from './files.ts'

/** One import, re-export, dynamic import or `import('…')` type in a file. */
export interface Import {
  readonly line: number
  readonly specifier: string
  /** The file within the project where it is relative, else null. */
  readonly target: string | null
  /** The package where it is one from npm, else null. */
  readonly npmPackage: string | null
  /** True for `node:` modules, with or without the prefix. */
  readonly isNode: boolean
}

export const importsOf = (file: CodeFile): Import[] =>
  [...nodesOf(file.tree)].flatMap(node => {
    const specifier = specifierOf(node)
    return specifier === null ? [] : [imported(file.path, lineOf(file.tree, node), specifier)]
  })

const imported = (from: string, line: number, specifier: string): Import => {
  const isRelative = specifier.startsWith('.')
  const isNode = specifier.startsWith('node:') || BUILT_IN.has(specifier)
  return {
    line,
    specifier,
    target: isRelative ? targetOf(from, specifier) : null,
    npmPackage: isRelative || isNode ? null : packageOf(specifier),
    isNode,
  }
}

const BUILT_IN = new Set(builtinModules)

const targetOf = (from: string, specifier: string) =>
  posix.join(posix.dirname(from), specifier).replace(/\.js$/, '.ts')

const packageOf = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const specifierOf = (node: ts.Node): string | null => {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) {
    return textOf(node.moduleSpecifier)
  }
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
    return textOf(node.argument.literal)
  }
  if (ts.isCallExpression(node) && isLoading(node.expression)) return textOf(node.arguments[0])
  return null
}

const isLoading = (callee: ts.Expression) =>
  callee.kind === ts.SyntaxKind.ImportKeyword ||
  (ts.isIdentifier(callee) && callee.text === 'require')

const textOf = (node: ts.Node | undefined) =>
  node !== undefined && ts.isStringLiteralLike(node) ? node.text : null
