/**
 * The ClickHouse that a command asks. In this order: the server of `--clickhouse`, the one that the
 * configuration of `--config` names, the engine of the directory of `--data`, the server of
 * `CLICKHOUSE_URL`, the engine of `.millrace`.
 *
 * The engine of a directory is asked where it runs; where it does not, it is started for as long as
 * the command takes.
 */
import { runningEmbeddedClickHouse, startEmbeddedClickHouse } from '../chdb/embedded-click-house.ts'
import { addressIn, addressOf, type ClickHouseAddress } from '../sinks/clickhouse/client.ts'
import type { Arguments } from './command-line/arguments.ts'
import type { OptionSpec } from './command-line/option-spec.ts'
import type { Terminal } from './command-line/terminal.ts'
import { configOf, configOption } from './configured/config-option.ts'
import { requiredClickHouse } from './configured/configured-click-house.ts'
import { existingDataDirectory } from './data-directory.ts'
import { checkIsClickHouse } from './tables/known-click-house.ts'
import { orElse } from './tables/without-chdb.ts'

export const CLICKHOUSE_OPTIONS: readonly OptionSpec[] = [
  {
    name: 'data',
    value: 'DIR',
    help: 'The data directory whose ClickHouse is asked. Default: .millrace',
  },
  configOption('Ask the ClickHouse of this configuration, as its user.'),
  {
    name: 'clickhouse',
    value: 'URL',
    help: 'Another server: http://user:password@host:8123/database. Default: CLICKHOUSE_URL, if set.',
  },
]

export const DEFAULT_DATA = '.millrace'

/**
 * Runs `use` with the address of the ClickHouse that was asked for. Fails with `INPUT_MISSING` where
 * the directory is not there, or as the engine does where it cannot be started.
 */
export const withClickHouse = async <T>(
  args: Arguments,
  terminal: Pick<Terminal, 'env'>,
  use: (address: ClickHouseAddress) => Promise<T>,
): Promise<T> => {
  const server = await serverOf(args, terminal)
  if (server !== null) {
    await checkIsClickHouse(server)
    return use(server)
  }
  const { clickHouse } = await existingDataDirectory(args.text('data') ?? DEFAULT_DATA)
  const running = await runningEmbeddedClickHouse(clickHouse)
  if (running) return use(addressIn(running))
  const starting = startEmbeddedClickHouse(clickHouse)
  const started = await orElse(starting, 'Or ask a server, with --clickhouse URL.')
  try {
    return await use(addressIn(started))
  } finally {
    await started.stop()
  }
}

/** null where an embedded engine is asked. */
const serverOf = async (
  args: Arguments,
  terminal: Pick<Terminal, 'env'>,
): Promise<ClickHouseAddress | null> => {
  const config = await configOf(args, terminal, ['data'])
  const url = args.text('clickhouse')
  if (url) return addressOf(url)
  if (config !== null) return requiredClickHouse(config)
  const { CLICKHOUSE_URL } = terminal.env
  return CLICKHOUSE_URL && !args.has('data') ? addressOf(CLICKHOUSE_URL) : null
}
