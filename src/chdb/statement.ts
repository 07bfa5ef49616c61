/**
 * What a statement is, for the way it takes through the engine.
 *
 * - `read`: its rows are written to a file of ours, which `intoOutfile` names.
 * - `insert`: data follows it, and is read from a file of ours, which `fromInfile` names.
 * - `other`: goes to the engine as it is; the answer is small.
 */
import { refusal } from './fault.ts'
import { quoted, type Token, tokensOf } from './tokens.ts'

export interface ReadStatement {
  readonly kind: 'read'
  readonly sql: string
  /** Null where the statement names none. */
  readonly format: string | null
  /** @param mark stands in the statement as a comment, so that it can be found while it runs */
  intoOutfile(path: string, mark: string, defaultFormat: string): string
}

export interface InsertStatement {
  readonly kind: 'insert'
  /** Where in the bytes the data begins. */
  readonly dataStart: number
  fromInfile(path: string): string
}

export interface OtherStatement {
  readonly kind: 'other'
  readonly format: string | null
  readonly sql: string
}

export type Statement = ReadStatement | InsertStatement | OtherStatement

/**
 * @param bytes the statement, and at least the beginning of the data where it is an insert. Positions
 *   are those of bytes: data need not be text.
 * @returns null where the bytes are blank
 */
export const statementOf = (bytes: Buffer): Statement | null => {
  const text = bytes.toString('latin1')
  const first = tokensOf(text).next().value
  if (!first) return null
  const insert = first.upper === 'INSERT' ? insertOf(bytes, text) : null
  return insert ?? wholeStatement(bytes, [...tokensOf(text)])
}

/** The insert whose data is in the request; null where the rows come from elsewhere. */
export const insertOf = (
  bytes: Buffer,
  text = bytes.toString('latin1'),
): InsertStatement | null => {
  const tokens: Token[] = []
  for (const token of tokensOf(text)) {
    if (tokens.length === 0 && token.upper !== 'INSERT') return null
    const last = tokens.at(-1)
    tokens.push(token)
    if (token.depth > 0) continue
    if (token.upper === 'INFILE') throw noFiles('FROM INFILE')
    if (token.upper === 'VALUES' && !isSelect(tokens)) return insertValues(bytes, tokens)
    if (last?.upper === 'FORMAT' && last.depth === 0 && token.upper !== '') {
      return insertFormat(bytes, text, tokens)
    }
  }
  return null
}

const isSelect = (tokens: readonly Token[]) =>
  tokens.some(({ upper, depth }) => depth === 0 && (upper === 'SELECT' || upper === 'WITH'))

const insertValues = (bytes: Buffer, tokens: readonly Token[]): InsertStatement => {
  const { start, end } = tokens.at(-1)!
  return infile(bytes, tokens, { headEnd: start, dataStart: end, format: 'Values' })
}

const insertFormat = (bytes: Buffer, text: string, tokens: readonly Token[]) => {
  const format = tokens.at(-1)!
  if (isSelect(tokens)) return fromInput(bytes, tokens)
  const ends = { headEnd: tokens.at(-2)!.start, dataStart: afterNewline(text, format.end) }
  return infile(bytes, tokens, { ...ends, format: format.text })
}

/** As ClickHouse does: blanks, and one end of line. What follows may be binary. */
const afterNewline = (text: string, from: number): number => {
  const blank = /[ \t\f]*\r?\n?/y
  blank.lastIndex = from
  return from + (blank.exec(text)?.[0].length ?? 0)
}

const infile = (
  bytes: Buffer,
  tokens: readonly Token[],
  at: { headEnd: number; dataStart: number; format: string },
): InsertStatement => {
  const settings = tokens.find(token => token.depth === 0 && token.upper === 'SETTINGS')
  const split = settings?.start ?? at.headEnd
  const head = bytes.toString('utf8', 0, split)
  const rest = bytes.toString('utf8', split, at.headEnd)
  return {
    kind: 'insert',
    dataStart: at.dataStart,
    fromInfile: path =>
      `${head} FROM INFILE ${quoted(path)} COMPRESSION 'none' ${rest} FORMAT ${at.format}`,
  }
}

/** `INSERT … SELECT … FROM input('a UInt8') FORMAT CSV`: the function reads our file instead. */
const fromInput = (bytes: Buffer, tokens: readonly Token[]): InsertStatement | null => {
  const at = tokens.findIndex(({ upper }, n) => upper === 'INPUT' && tokens[n + 1]?.text === '(')
  if (at < 0) return null
  const [name, open] = [tokens[at]!, tokens[at + 1]!]
  const [formatWord, format] = [tokens.at(-2)!, tokens.at(-1)!]
  const before = bytes.toString('utf8', 0, name.start)
  const after = bytes.toString('utf8', open.end, formatWord.start)
  return {
    kind: 'insert',
    dataStart: afterNewline(bytes.toString('latin1'), format.end),
    fromInfile: path => `${before}file(${quoted(path)}, ${quoted(format.text)}, ${after.trimEnd()}`,
  }
}

const READS = new Set(['SELECT', 'WITH', 'FROM', ''])

const wholeStatement = (bytes: Buffer, written: readonly Token[]): Statement => {
  const tokens = oneStatement(written)
  const end = tokens.at(-1)?.end ?? 0
  const format = trailingFormat(tokens)
  const sql = bytes.toString('utf8', 0, end)
  if (!isRead(tokens)) return { kind: 'other', format: format?.name ?? null, sql }
  const head = bytes.toString('utf8', 0, format?.start ?? end)
  const tail = format ? bytes.toString('utf8', format.start, end) : null
  return {
    kind: 'read',
    sql,
    format: format?.name ?? null,
    intoOutfile: (path, mark, defaultFormat) =>
      `${head}\nINTO OUTFILE ${quoted(path)} /* ${mark} */ TRUNCATE COMPRESSION 'none' ` +
      (tail ?? `FORMAT ${defaultFormat}`),
  }
}

const isRead = (tokens: readonly Token[]): boolean => {
  const first = tokens[0]
  if (!first || !READS.has(first.upper) || (first.upper === '' && first.text !== '(')) return false
  const outside = tokens.filter(token => token.depth === 0)
  if (outside.some(({ upper }, n) => upper === 'INTO' && outside[n + 1]?.upper === 'OUTFILE')) {
    throw noFiles('INTO OUTFILE')
  }
  return !outside.some(({ upper }) => upper === 'INSERT')
}

/** A statement at a time, as over the HTTP interface of a server. */
const oneStatement = (tokens: readonly Token[]): readonly Token[] => {
  const end = tokens.findIndex(token => token.text === ';' && token.depth === 0)
  if (end < 0) return tokens
  if (tokens.slice(end).some(token => token.text !== ';')) {
    throw refusal(62, 'SYNTAX_ERROR', 'Syntax error: multi-statements are not allowed. Send one.')
  }
  return tokens.slice(0, end)
}

const trailingFormat = (tokens: readonly Token[]): { name: string; start: number } | null => {
  for (let n = tokens.length - 2; n > 0; n--) {
    const [token, name, next] = [tokens[n]!, tokens[n + 1]!, tokens[n + 2]]
    const isLast = next === undefined || next.upper === 'SETTINGS'
    if (token.upper === 'FORMAT' && token.depth === 0 && name.upper !== '' && isLast) {
      return { name: name.text, start: token.start }
    }
  }
  return null
}

const noFiles = (clause: string) =>
  refusal(344, 'SUPPORT_IS_DISABLED', `${clause} is for the command line; send or take the data.`)
