/**
 * The tokens of a statement: just enough of SQL to find where data begins and where `FORMAT` stands,
 * without being misled by strings, comments and brackets.
 */
export interface Token {
  /** As written. A word that is not quoted is in `upper` as capitals; anything else leaves it ''. */
  readonly text: string
  readonly upper: string
  readonly start: number
  readonly end: number
  /** How many brackets are open around it. A closing bracket counts as outside. */
  readonly depth: number
}

const SPACE = /[\s\ufeff]+/y
const COMMENT = /--[^\n]*|#[ !][^\n]*|\/\*[\s\S]*?(?:\*\/|$)/y
const WORD = /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/y
const NUMBER = /\d[\w.]*/y
const QUOTED = /'(?:[^'\\]|\\[\s\S]|'')*'?|"(?:[^"\\]|\\[\s\S]|"")*"?|`(?:[^`\\]|\\[\s\S]|``)*`?/y
const HEREDOC = /\$(\w*)\$[\s\S]*?(?:\$\1\$|$)/y

const matchAt = (pattern: RegExp, text: string, at: number): string | null => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? null
}

/** Lazily, so that what follows a statement's head, such as data, is never looked at. */
export function* tokensOf(sql: string): Generator<Token, void> {
  let depth = 0
  for (let at = 0; at < sql.length; ) {
    const blank = matchAt(SPACE, sql, at) ?? matchAt(COMMENT, sql, at)
    if (blank !== null) {
      at += blank.length
      continue
    }
    const word = matchAt(WORD, sql, at)
    const text = word ?? otherToken(sql, at)
    if (isClosing(text)) depth = Math.max(0, depth - 1)
    yield { text, upper: word?.toUpperCase() ?? '', start: at, end: at + text.length, depth }
    if (isOpening(text)) depth++
    at += text.length
  }
}

const otherToken = (sql: string, at: number): string =>
  matchAt(NUMBER, sql, at) ?? matchAt(QUOTED, sql, at) ?? matchAt(HEREDOC, sql, at) ?? sql[at]!

const isOpening = (text: string) => text === '(' || text === '[' || text === '{'
const isClosing = (text: string) => text === ')' || text === ']' || text === '}'

/** A string of SQL. */
export const quoted = (text: string): string =>
  `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'").replaceAll('\0', '\\0')}'`

/** A name of SQL, such as that of a database. */
export const quotedName = (name: string): string =>
  `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``
