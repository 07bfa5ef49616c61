import ts from 'typescript'
import { type CodeFile, lineOf, nodesOf } from './files.ts'

/** How long files and functions are, for whoever looks. Nothing here is a limit. */

export interface Length {
  readonly where: string
  readonly lines: number
}

/** The last line break ends a line, and does not begin one. */
export const fileLengths = (files: readonly CodeFile[]): Length[] =>
  files.map(file => ({
    where: file.path,
    lines: file.text.replace(/\n$/, '').split('\n').length,
  }))

/** Every function with a body, an inner one by itself and again within the outer. */
export const functionLengths = (files: readonly CodeFile[]): Length[] =>
  files.flatMap(file =>
    [...nodesOf(file.tree)].filter(hasBody).map(node => ({
      where: `${file.path}:${lineOf(file.tree, node)} ${nameOf(node)}`,
      lines: linesOf(file.tree, node),
    })),
  )

const hasBody = (node: ts.Node): node is ts.FunctionLikeDeclaration =>
  ts.isFunctionLike(node) && 'body' in node && node.body !== undefined

const linesOf = (tree: ts.SourceFile, node: ts.Node) =>
  tree.getLineAndCharacterOfPosition(node.getEnd()).line + 2 - lineOf(tree, node)

const nameOf = (node: ts.FunctionLikeDeclaration): string => {
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  const named = node.name ?? ('name' in node.parent ? (node.parent.name as ts.Node) : undefined)
  return named?.getText() ?? '(unnamed)'
}

/** The value that `share` of them do not exceed: the nearest rank, no interpolation. */
export const quantileOf = (lines: readonly number[], share: number): number => {
  const sorted = lines.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
}

const LONGEST = 10

export const lengthReport = (what: string, lengths: readonly Length[]): string => {
  const lines = lengths.map(length => length.lines)
  const [median, p90, p99, max] = [0.5, 0.9, 0.99, 1].map(share => quantileOf(lines, share))
  const longest = lengths.toSorted((a, b) => b.lines - a.lines).slice(0, LONGEST)
  return [
    `lines per ${what}: median ${median}, p90 ${p90}, p99 ${p99}, max ${max}, of ${lines.length}`,
    ...longest.map(length => `${String(length.lines).padStart(6)}  ${length.where}`),
  ].join('\n')
}
