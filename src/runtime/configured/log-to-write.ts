/** The log of a data directory or of a configuration, for commands that write a record into it. */
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { existingDataDirectory } from '../data-directory.ts'
import { configOf } from './config-option.ts'
import { type ConfiguredLog, openConfiguredLog } from './configured-log.ts'

/** @param purpose of two commands with the same on one Kafka, the later takes over */
export const openLogToWrite = async (
  args: Arguments,
  terminal: Terminal,
  purpose: string,
): Promise<ConfiguredLog> => {
  const config = await configOf(args, terminal, ['data'])
  if (config !== null) {
    return openConfiguredLog(config, terminal, `${config.application}-${purpose}`)
  }
  const { log } = await existingDataDirectory(args.text('data') ?? '.millrace')
  const opened = await openLmdbLog(log, { wallNow: terminal.wallNow })
  return { log: opened, formatOf: () => 'auto', schemas: null }
}
