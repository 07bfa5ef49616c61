import { MillraceError } from '../../engine/errors.ts'
import type { ClickHouseAddress } from '../../sinks/clickhouse/client.ts'
import { CLICKHOUSE_OPTIONS, withClickHouse } from '../asked-click-house.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { numberText } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { writeParquetFile } from '../query/parquet-file.ts'
import { answerIn, answerTo, type Query } from '../query/query.ts'
import { resultTable } from '../query/result-table.ts'

const TIMEOUT_MS = 60_000
/** How many rows are shown to people. */
const ROWS_MAX = 1_000

export const queryCommand: Command = {
  name: 'query',
  summary: 'Ask ClickHouse, in SQL.',
  usage: [
    'query "SELECT …" | - [--data DIR | --config FILE | --clickhouse URL] [--json | --csv | --parquet FILE]',
  ],
  options: [
    ...CLICKHOUSE_OPTIONS,
    { name: 'json', help: 'Print all rows, each as one JSON object in a line.' },
    { name: 'csv', help: 'Print all rows as CSV, names first.' },
    { name: 'parquet', value: 'FILE', help: 'Write all rows to a Parquet file.' },
    {
      name: 'timeout',
      value: 'SPAN',
      help: 'How long it may take, as in 500ms, 30s or 5m. Default: 60s',
    },
  ],
  details:
    () => `With - the SQL is read from stdin. It can read, and not write. A table is shown for people; it has
the first ${numberText(ROWS_MAX)} rows. 64-bit integers are strings in JSON, where a number cannot hold them all.

The tables are those of the topics, with _ for -. To see them:
  npx millrace query "SHOW TABLES"
  npx millrace query "DESCRIBE orders"`,
  run: async (args, terminal) => {
    const print = outputOf(args, terminal)
    const timeoutMs = args.span('timeout') ?? TIMEOUT_MS
    const sql = await sqlOf(args, terminal)
    await withClickHouse(args, terminal, address =>
      interruptible(terminal, signal => print(address, { sql, timeoutMs, signal })),
    )
  },
}

type Output = (address: ClickHouseAddress, query: Query) => Promise<void>

const outputOf = (args: Arguments, terminal: Terminal): Output => {
  const file = args.text('parquet')
  const asked = ['json', 'csv', 'parquet'].filter(name => args.has(name))
  if (asked.length > 1) throw new UsageError(`give one of --${asked.join(' and --')}`)
  if (file !== undefined) return parquet(file, terminal)
  if (args.has('json')) return piecewise('JSONEachRow', terminal)
  return args.has('csv') ? piecewise('CSVWithNames', terminal) : table(terminal)
}

const table =
  (terminal: Terminal): Output =>
  async (address, query) =>
    terminal.print(resultTable(await answerTo(address, query, ROWS_MAX), terminal.width))

const piecewise =
  (format: 'JSONEachRow' | 'CSVWithNames', terminal: Terminal): Output =>
  (address, query) =>
    answerIn(format, address, query, terminal.write)

const parquet =
  (file: string, terminal: Terminal): Output =>
  async (address, query) => {
    const bytes = await writeParquetFile(file, take => answerIn('Parquet', address, query, take))
    terminal.print(`Wrote ${file}, ${numberText(bytes)} bytes.`)
  }

const sqlOf = async (args: Arguments, terminal: Terminal): Promise<string> => {
  const [word, second] = args.words
  if (second !== undefined) throw new UsageError('put the SQL into quotes, so that it is one word')
  const sql = word === '-' ? await terminal.readInput() : (word ?? '')
  if (sql.trim() !== '') return sql
  throw new UsageError('say what to ask, as in millrace query "SELECT count() FROM orders"')
}

/** Ctrl-C ends the query in ClickHouse, and then the command; twice, the command at once. */
const interruptible = async (
  terminal: Terminal,
  ask: (signal: AbortSignal) => Promise<void>,
): Promise<void> => {
  const abort = new AbortController()
  const forget = terminal.onInterrupt(() => {
    if (abort.signal.aborted) process.exit(1)
    abort.abort()
  })
  try {
    await ask(abort.signal)
  } catch (error) {
    throw abort.signal.aborted ? interrupted(error) : error
  } finally {
    forget()
  }
}

const interrupted = (cause: unknown): MillraceError =>
  new MillraceError('INTERRUPTED', 'interrupted; the query was ended in ClickHouse, too.', {
    cause,
  })
