/** A CSV file as rows of the columns that are asked for, in the order they are asked for. */
import { MillraceError } from '../../engine/errors.ts'
import { openBytes } from '../input-bytes.ts'
import { at, BrokenField, brokenLine } from './broken-field.ts'
import { CsvParser, type CsvRow } from './csv-parser.ts'

/** The names a column goes by in the editions of a data set; the first is the usual one. */
export type Column = readonly [string, ...string[]]

type Columns = readonly Column[]
type Texts = AsyncIterable<string> | Iterable<string>

/** A row of a table that was asked for these columns, with a text for each. */
export interface Row<C extends Columns = Columns> {
  readonly path: string
  readonly line: number
  readonly fields: { readonly [K in keyof C]: string }
}

export interface TableRules<C extends Columns> {
  readonly columns: C
  /** Told of a last row that has no end and too few fields; without it, that is an error. */
  readonly cutOff?: (line: number) => void
}

/** Fails with `INPUT_UNREADABLE` where columns are missing, or a row has more or fewer fields. */
export const readTable = <const C extends Columns>(
  path: string,
  rules: TableRules<C>,
): AsyncIterable<readonly Row<C>[]> => tableOf(path, textsOf(path), rules)

/** The same of texts that are there already; `path` is for messages. */
export const tableOf = async function* <const C extends Columns>(
  path: string,
  texts: Texts,
  rules: TableRules<C>,
): AsyncGenerator<readonly Row<C>[]> {
  let header: Header | null = null
  for await (const rows of parsedRows(path, texts)) {
    const body = header ? rows : rows.slice(1)
    header ??= headerOf(path, rows[0], rules.columns)
    yield projected(path, body, header, rules)
  }
  if (!header) headerOf(path, undefined, rules.columns)
}

const parsedRows = async function* (path: string, texts: Texts): AsyncGenerator<CsvRow[]> {
  const parser = new CsvParser()
  for await (const text of texts) {
    const rows = parse(path, parser, () => parser.push(text))
    if (rows.length > 0) yield rows
  }
  const rest = parse(path, parser, () => parser.end())
  if (rest.length > 0) yield rest
}

const parse = (path: string, parser: CsvParser, rows: () => CsvRow[]): CsvRow[] => {
  try {
    return rows()
  } catch (error) {
    if (error instanceof BrokenField) throw brokenLine(path, parser.line, error.message)
    throw error
  }
}

const textsOf = async function* (path: string): AsyncGenerator<string> {
  const bytes = await openBytes(path)
  // Takes a byte order mark away. Bytes that are no UTF-8 can only be in columns nobody asks for.
  const decoder = new TextDecoder()
  try {
    for await (const block of bytes) yield decoder.decode(block, { stream: true })
    yield decoder.decode()
  } finally {
    bytes.close()
  }
}

interface Header {
  readonly width: number
  /** Where each column that is asked for stands. */
  readonly places: readonly number[]
}

const headerOf = (path: string, row: CsvRow | undefined, columns: Columns): Header => {
  const found = (row?.fields ?? []).map(name => name.trim())
  const places = columns.map(names => found.findIndex(name => names.includes(name)))
  if (places.includes(-1)) throw wrongColumns(path, found, columns)
  return { width: found.length, places }
}

const wrongColumns = (path: string, found: readonly string[], columns: Columns) =>
  new MillraceError(
    'INPUT_UNREADABLE',
    `${path} does not have the columns ${columns.map(names => names[0]).join(', ')}: its first ` +
      `line has ${found.join(', ').slice(0, 300) || 'nothing'}. Check the format and the file.`,
  )

const projected = <C extends Columns>(
  path: string,
  rows: readonly CsvRow[],
  { width, places }: Header,
  { cutOff }: TableRules<C>,
): Row<C>[] => {
  const projection: Row<C>[] = []
  for (const row of rows) {
    const { line, fields } = row
    if (fields.length === width) {
      const wanted = places.map(place => fields[place]!)
      projection.push({ path, line, fields: wanted as unknown as Row<C>['fields'] })
    } else if (cutOff && !row.ended && fields.length < width) cutOff(line)
    else throw brokenLine(path, line, `expected ${width} fields, found ${fields.length}`)
  }
  return projection
}

/** Reads a row's fields; what is wrong with one is said with file and line. */
export const reading = <C extends Columns, T>(
  row: Row<C>,
  read: (fields: Row<C>['fields']) => T,
): T => at(row.path, row.line, () => read(row.fields))
