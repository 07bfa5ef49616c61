import ts from 'typescript'
import { type Breach, type CodeFile, isForTests, lineOf, nodesOf } from './files.ts'

/** What is put in while working and must not stay: open notes, and tests that are switched off. */

// Put together, so that this file does not breach its own rule.
const NOTES = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX'].join('|')})\\b`)

export const noteBreaches = (files: readonly CodeFile[]): Breach[] =>
  files.flatMap(file =>
    commentsOf(file)
      .filter(comment => NOTES.test(comment.text))
      .map(comment => ({
        path: file.path,
        line: comment.line,
        rule: 'open-note',
        instead: 'do it, or open an issue and say in the comment what holds today',
      })),
  )

interface Comment {
  readonly text: string
  readonly line: number
}

/** One entry for each line of each comment. A comment is found from the tokens on either side. */
const commentsOf = (file: CodeFile): Comment[] => {
  const ranges = tokensOf(file.tree, file.tree).flatMap(token => [
    ...(ts.getLeadingCommentRanges(file.text, token.getFullStart()) ?? []),
    ...(ts.getTrailingCommentRanges(file.text, token.getEnd()) ?? []),
  ])
  const endByStart = new Map(ranges.map(({ pos, end }) => [pos, end]))
  return [...endByStart].flatMap(([start, end]) => linesOf(file, start, end))
}

/** The leaves of the tree, between which all comments stand. */
const tokensOf = (node: ts.Node, tree: ts.SourceFile): ts.Node[] => {
  const children = node.getChildren(tree)
  return children.length === 0 ? [node] : children.flatMap(child => tokensOf(child, tree))
}

const linesOf = (file: CodeFile, start: number, end: number): Comment[] => {
  const first = file.tree.getLineAndCharacterOfPosition(start).line + 1
  return file.text
    .slice(start, end)
    .split('\n')
    .map((text, at) => ({ text, line: first + at }))
}

const RUNNERS = new Set(['test', 'it', 'describe'])
const CONTEXTS = new Set(['context', 'ctx', 'task'])

/** `.only` never; `.skip` with a comment before it, or a sentence as its argument, that says why. */
export const switchedOffBreaches = (files: readonly CodeFile[]): Breach[] =>
  files
    .filter(file => isForTests(file.path))
    .flatMap(file =>
      [...nodesOf(file.tree)].flatMap(node => {
        const instead = ts.isPropertyAccessExpression(node) ? switchedOff(file, node) : null
        const line = lineOf(file.tree, node)
        return instead === null ? [] : [{ path: file.path, line, rule: 'switched-off', instead }]
      }),
    )

const switchedOff = (file: CodeFile, access: ts.PropertyAccessExpression): string | null => {
  const root = rootOf(access)
  if (RUNNERS.has(root) && access.name.text === 'only') return 'run all tests: take .only out'
  if (access.name.text !== 'skip') return null
  if (RUNNERS.has(root) && !hasCommentBefore(file, access)) {
    return 'say in a comment above why it is skipped, or mend the test'
  }
  return CONTEXTS.has(root) && !givesReason(access.parent)
    ? 'give the reason as the last argument of skip'
    : null
}

const givesReason = (node: ts.Node) => ts.isCallExpression(node) && node.arguments.some(isSentence)

const rootOf = (node: ts.Expression): string =>
  ts.isPropertyAccessExpression(node) || ts.isCallExpression(node)
    ? rootOf(node.expression)
    : node.getText()

const hasCommentBefore = (file: CodeFile, node: ts.Node) =>
  ts.getLeadingCommentRanges(file.text, node.getFullStart()) !== undefined

const isSentence = (node: ts.Expression) =>
  ts.isTemplateExpression(node) || (ts.isStringLiteralLike(node) && node.text.trim() !== '')
