/**
 * What is to be verified: what a configuration runs, or an embedded data directory. It is opened to be
 * read: no group is joined, and no transaction is begun that a running process would be fenced by.
 */
import { join } from 'node:path'
import { MillraceError } from '../../engine/errors.ts'
import type { Pipeline } from '../../engine/pipeline.ts'
import { journalTopic } from '../../logs/application-topics.ts'
import { openLmdbLog } from '../../logs/lmdb-log.ts'
import type { Log } from '../../logs/log.ts'
import { fileSnapshots } from '../../logs/snapshots.ts'
import { pipelines as allPipelines } from '../../pipelines/index.ts'
import type { VerifyOptions } from '../../replay/verify/verify-options.ts'
import type { Terminal } from '../command-line/terminal.ts'
import type { Config } from '../config/config-schema.ts'
import { configuredFormat } from '../config/configured-format.ts'
import { kafkaConnectionOf } from '../config/kafka-connection.ts'
import { openKafka } from '../configured/kafka-at.ts'
import { existingDataDirectory } from '../data-directory.ts'
import { chosenPipelines } from '../run/chosen-pipelines.ts'
import { openSchemas, withSchemas } from '../run/open-schemas.ts'

/** Close its log when it is done with. */
export const placeOfConfig = async (
  config: Config,
  { wallNow, tell }: Pick<Terminal, 'wallNow' | 'tell'>,
): Promise<VerifyOptions> => {
  const say = (line: string): void => tell(`${line}\n`)
  const schemas = await openSchemas({ config, wallNow, say, index: 0, instance: '' })
  const log = withSchemas(await openLog(config, wallNow), schemas, { config, say })
  const { client } = config.log
  return {
    log,
    applicationId: config.application,
    pipelines: chosenPipelines(config),
    slices: client === 'lmdb' ? 1 : config.partitions,
    snapshots: fileSnapshots(join(config.data, 'snapshots')),
    guarantee: client === 'kafkajs' ? 'at-least-once' : config.guarantee,
    formatOf: topic => configuredFormat(config, topic),
    ...(schemas ? { writers: schemas.writers } : {}),
  }
}

/** The pipelines are those of the last commit. */
export const placeOfData = async (path: string, wallNow: () => number): Promise<VerifyOptions> => {
  const directory = await existingDataDirectory(path)
  const log = await openDirectory(directory.log, wallNow)
  const pipelines = await pipelinesIn(log, directory.application)
  const { application: applicationId } = directory
  return { log, applicationId, pipelines, snapshots: fileSnapshots(directory.snapshots) }
}

const openLog = async (config: Config, wallNow: () => number): Promise<Log> => {
  const { client } = config.log
  if (client === 'lmdb') {
    const { log } = await existingDataDirectory(config.data)
    return openDirectory(log, wallNow)
  }
  return openKafka({ connection: await kafkaConnectionOf(config), client })
}

const openDirectory = async (path: string, wallNow: () => number): Promise<Log> => {
  try {
    return await openLmdbLog(path, { wallNow })
  } catch (error) {
    if (!(error instanceof MillraceError) || error.code !== 'LOG_IN_USE') throw error
    const advice = 'An embedded run is verified after it has ended; one on Kafka at any time.'
    throw new MillraceError('LOG_IN_USE', `${error.message} ${advice}`, { cause: error })
  }
}

const pipelinesIn = async (log: Log, applicationId: string): Promise<readonly Pipeline[]> => {
  const at = { topic: journalTopic(applicationId), partition: 0 }
  if (!(await log.topics()).has(at.topic)) return allPipelines
  const { first, next } = await log.range(at)
  if (first >= next) return allPipelines
  const { records } = await log.read(at, next - 1, { recordsMax: 1, bytesMax: 1 })
  const { versions } = JSON.parse(records[0]!.value!.toString()) as { versions: object }
  return allPipelines.filter(({ id }) => id in versions)
}
