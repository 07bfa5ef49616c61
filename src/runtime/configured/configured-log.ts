/**
 * The log of a configuration, for commands that look at it or write to it beside a run: on Kafka, or
 * embedded where no run has it open.
 */
import type { TopicFormat } from '../../engine/schema/topic-format.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Log } from '../../logs/log.ts'
import type { SchemaSource } from '../../logs/registry/schema-source.ts'
import type { Terminal } from '../command-line/terminal.ts'
import type { Config } from '../config/config-schema.ts'
import { configuredFormat } from '../config/configured-format.ts'
import { kafkaConnectionOf } from '../config/kafka-connection.ts'
import { existingDataDirectory } from '../data-directory.ts'
import { openSchemas, withSchemas } from '../run/open-schemas.ts'
import { openKafka } from './kafka-at.ts'

/** What a command is given to do its work with. */
export type Surroundings = Pick<Terminal, 'wallNow' | 'tell'>

export interface ConfiguredLog {
  /** Asks the registry, where there is one, for the schemas of what it reads. */
  readonly log: Log
  /** null where no registry is configured. */
  readonly schemas: SchemaSource | null
  readonly formatOf: (topic: string) => TopicFormat
}

/** @param transactionalId as of `openKafka` */
export const openConfiguredLog = async (
  config: Config,
  { wallNow, tell }: Surroundings,
  transactionalId?: string,
): Promise<ConfiguredLog> => {
  const say = (line: string): void => tell(`${line}\n`)
  const schemas = await openSchemas({ config, wallNow, say, index: 0, instance: '' })
  const log = await openLog(config, wallNow, transactionalId)
  return {
    log: withSchemas(log, schemas, { config, say }),
    schemas,
    formatOf: topic => configuredFormat(config, topic),
  }
}

const openLog = async (
  config: Config,
  wallNow: () => number,
  transactionalId: string | undefined,
): Promise<Log> => {
  const { client } = config.log
  if (client === 'lmdb') {
    const { log } = await existingDataDirectory(config.data)
    return openLmdbLog(log, { wallNow })
  }
  return openKafka({ connection: await kafkaConnectionOf(config), client }, transactionalId)
}
