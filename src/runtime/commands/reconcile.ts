import { MillraceError } from '../../engine/errors.ts'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import type { AnyTopic } from '../../engine/topic.ts'
import { topics } from '../../events.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import { type ClickHouseAddress, clientOf } from '../../sinks/clickhouse/client.ts'
import { CLICKHOUSE_OPTIONS, DEFAULT_DATA, withClickHouse } from '../asked-click-house.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { ProgressLine } from '../command-line/progress-line.ts'
import { counted } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { configOf } from '../configured/config-option.ts'
import { openConfiguredLog } from '../configured/configured-log.ts'
import { existingDataDirectory } from '../data-directory.ts'
import { queryFailure } from '../query/query-failure.ts'
import { proofText } from '../reconcile/proof-text.ts'
import {
  differencesOf,
  isEmptyHanded,
  type Proof,
  pendingOf,
  type ReconcileOptions,
  reconcileData,
  tableNameOf,
} from '../reconcile/reconcile-data.ts'

export const reconcileCommand: Command = {
  name: 'reconcile',
  summary: 'Prove that tables hold exactly what is in the log.',
  usage: ['reconcile [--table T] [--data DIR | --config FILE] [--clickhouse URL] [--json]'],
  options: [
    { name: 'table', value: 'T', help: 'Only this table. Default: all, and their rollups.' },
    ...CLICKHOUSE_OPTIONS,
    { name: 'json', help: 'Print the proof as JSON.' },
  ],
  details:
    () => `Makes each record of the log a row once more, and compares it with what the table has: once, and the
same in every column. Rollups are compared with what their table makes. Ends with 1 where anything
differs, and names each row, as in: orders 0@1234: missing (order-000123), for partition 0, offset 1234.
It also ends with 1 where records wait and nothing was stored at all, so that nothing is proved.
What the log removed before it was stored is named as well, and is no difference.

The log is that of the directory, which nothing else may have open; with --config that of the application
of the configuration. On Kafka it may run meanwhile: what its sink had stored when the command began is
proved. With --clickhouse the tables are those of another server.`,
  run: async (args, terminal) => {
    args.wordsAtMost(0)
    const proof = await prove(args, chosen(args.text('table')), terminal)
    terminal.print(args.has('json') ? JSON.stringify(proof) : proofText(proof))
    if (differencesOf(proof) > 0) throw differs(proof)
    if (isEmptyHanded(proof)) throw nothingStored(proof)
  },
}

const prove = async (
  args: Arguments,
  wanted: readonly AnyTopic[],
  terminal: Terminal,
): Promise<Proof> => {
  const { log, ...application } = await openApplication(args, terminal)
  const line = new ProgressLine(terminal)
  try {
    return await withClickHouse(args, terminal, address =>
      proveAt(address, {
        log,
        ...application,
        topics: wanted,
        withRollups: !args.has('table'),
        onTable: table => line.update(() => `Comparing ${table}`),
      }),
    )
  } finally {
    line.clear()
    await log.close()
  }
}

/** Whose log it is, and how its records are read. */
type Application = Pick<ReconcileOptions, 'log' | 'application' | 'writers' | 'formatOf'>

const openApplication = async (args: Arguments, terminal: Terminal): Promise<Application> => {
  const config = await configOf(args, terminal, ['data'])
  if (config === null) {
    const directory = await existingDataDirectory(args.text('data') ?? DEFAULT_DATA)
    return {
      log: await unlessInUse(openLmdbLog(directory.log, terminal)),
      application: directory.application,
    }
  }
  const { log, schemas, formatOf } = await unlessInUse(openConfiguredLog(config, terminal))
  const { application } = config
  return { log, application, formatOf, ...(schemas ? { writers: schemas.writers } : {}) }
}

const unlessInUse = async <T>(opening: Promise<T>): Promise<T> => {
  try {
    return await opening
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'LOG_IN_USE') throw error
    const advice = 'A demo is ended with Ctrl-C, and goes on from there when it is started again.'
    throw new MillraceError('LOG_IN_USE', `${error.message} ${advice}`, { cause: error })
  }
}

const proveAt = async (
  address: ClickHouseAddress,
  options: Omit<ReconcileOptions, 'client' | 'database'>,
): Promise<Proof> => {
  const client = clientOf(address)
  try {
    return await reconcileData({ ...options, client, database: address.database })
  } catch (thrown) {
    throw queryFailure(thrown, address)
  } finally {
    await client.close()
  }
}

/** By the name of the table or of its topic. */
const chosen = (name: string | undefined): readonly AnyTopic[] => {
  if (name === undefined) return topics
  const topic = topics.find(each => tableNameOf(each) === name || each.name === name)
  if (topic) return [topic]
  const near = suggestionFor(name, topics.map(tableNameOf))
  throw new UsageError(
    `there is no table ${name} of a topic${near ? `; did you mean ${near}?` : ''}`,
  )
}

const differs = ({ tables, rollups }: Proof): MillraceError => {
  const names = [
    ...tables.filter(isUnlike).map(({ table }) => table),
    ...rollups.filter(isUnlike).map(({ rollup }) => rollup),
  ]
  return new MillraceError(
    'TABLE_DIFFERS',
    `not as the log makes them: ${names.join(', ')}. See above where; mend the rows by hand, or make ` +
      'all tables anew with a replay to another directory.',
  )
}

const isUnlike = ({ differences }: { readonly differences: number }): boolean => differences > 0

const nothingStored = (proof: Proof): MillraceError =>
  new MillraceError(
    'TABLE_DIFFERS',
    `nothing was stored, and ${counted(pendingOf(proof), 'record')} of the log should be: no proof. Let ` +
      'the application run with its tables, and see that this is their database.',
  )
