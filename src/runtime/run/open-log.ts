/** The log of a process, by the client that the configuration names. */

import { MillraceError } from '../../engine/errors.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Log } from '../../logs/log.ts'
import { openDataDirectory } from '../data-directory.ts'
import type { RunProcessOptions } from './run-process.ts'

/** What the pipelines read and write. */
export const openRunLog = (options: RunProcessOptions): Promise<Log> => openLog(options, '')

/**
 * What the sink reads and writes: on Kafka a log of its own, since a transaction is one producer's;
 * embedded, the same, which one process opens once.
 */
export const openSinkLog = async (options: RunProcessOptions, runLog: Log): Promise<Log> =>
  options.config.log.client === 'lmdb' ? runLog : openLog(options, '-sink')

const openLog = async (options: RunProcessOptions, suffix: string): Promise<Log> => {
  const { config, wallNow } = options
  if (config.log.client === 'lmdb') {
    const { log } = await openDataDirectory(config.data, config.application)
    return openLmdbLog(log, { wallNow })
  }
  throw new MillraceError('CONFIG_INVALID', `${config.log.client}${suffix} is not there yet.`)
}
