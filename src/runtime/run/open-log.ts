/** The log of a process, by the client that the configuration names: no other is loaded. */
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Log } from '../../logs/log.ts'
import type { SchemaSource } from '../../logs/registry/schema-source.ts'
import type { Config } from '../config/config-schema.ts'
import { defined } from '../config/defined.ts'
import { kafkaConnectionOf } from '../config/kafka-connection.ts'
import { openDataDirectory } from '../data-directory.ts'
import { withSchemas } from './open-schemas.ts'
import type { RunProcessOptions } from './run-process-options.ts'

export interface OpenLogOptions
  extends Pick<RunProcessOptions, 'config' | 'index' | 'instance' | 'wallNow' | 'say'> {
  /** null where ids are those of the schema files. */
  readonly schemas: SchemaSource | null
  /** The handle cannot be used any more. */
  readonly onFatal: (error: Error) => void
}

type Guarantee = Config['guarantee']

/** What the pipelines read and write. */
export const openRunLog = (options: OpenLogOptions): Promise<Log> =>
  openLog(options, '', options.config.guarantee)

/**
 * What the sink reads and writes: on Kafka a log of its own, since a transaction is one producer's;
 * embedded, the same, which one process opens once. Its intents have to be fenced, so on rdkafka it is
 * exactly-once whatever the pipelines are.
 */
export const openSinkLog = async (options: OpenLogOptions, runLog: Log): Promise<Log> =>
  options.config.log.client === 'lmdb' ? runLog : openLog(options, '-sink', 'exactly-once')

/** What learners read and write: as the sink's, a log of its own on Kafka. */
export const openLearnersLog = async (options: OpenLogOptions, runLog: Log): Promise<Log> =>
  options.config.log.client === 'lmdb'
    ? runLog
    : openLog(options, '-learners', options.config.guarantee)

const openLog = async (
  options: OpenLogOptions,
  suffix: string,
  guarantee: Guarantee,
): Promise<Log> => {
  const log = await openBare(options, suffix, guarantee)
  return withSchemas(log, options.schemas, options)
}

const openBare = async (
  options: OpenLogOptions,
  suffix: string,
  guarantee: Guarantee,
): Promise<Log> => {
  const { config, wallNow } = options
  const { client } = config.log
  if (client === 'lmdb') {
    const { log } = await openDataDirectory(config.data, config.application)
    return openLmdbLog(log, { wallNow })
  }
  return client === 'rdkafka' ? onRdkafka(options, suffix, guarantee) : onKafkajs(options, suffix)
}

const onRdkafka = async (
  { config, index, instance, onFatal }: OpenLogOptions,
  suffix: string,
  guarantee: Guarantee,
): Promise<Log> => {
  const { sessionTimeoutMs, transactionTimeoutMs, groupProtocol, groupInstanceId } = config.log
  const { rdkafkaLog } = await import('../../logs/rdkafka-log.ts')
  return rdkafkaLog({
    connection: await kafkaConnectionOf(config),
    guarantee,
    transactionalId: `${config.application}-${instance}-${index}${suffix}`,
    sessionTimeoutMs,
    transactionTimeoutMs,
    groupProtocol,
    ...defined({ groupInstanceId: groupInstanceId && `${groupInstanceId}-${index}${suffix}` }),
    onFatal,
  })
}

const onKafkajs = async (
  { config, onFatal, say }: OpenLogOptions,
  suffix: string,
): Promise<Log> => {
  const { kafkajsLog } = await import('../../logs/kafkajs-log.ts')
  return kafkajsLog({
    connection: await kafkaConnectionOf(config),
    sessionTimeoutMs: config.log.sessionTimeoutMs,
    onFatal,
    // Said where it is chosen, and once: the sink's log is of the same client.
    ...(suffix === '' ? { onWarning: say } : {}),
  })
}
