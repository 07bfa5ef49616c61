/** The schemas of the registry that the configuration names. */
import { join } from 'node:path'
import type { MillraceError } from '../../engine/errors.ts'
import { topicNamed } from '../../events.ts'
import { exchangeTopic } from '../../logs/application-topics.ts'
import type { Log } from '../../logs/log.ts'
import { keptSchemasAt } from '../../logs/registry/kept-schemas.ts'
import { learningLog } from '../../logs/registry/learning-log.ts'
import { RegistryClient } from '../../logs/registry/registry-client.ts'
import { SchemaSource } from '../../logs/registry/schema-source.ts'
import { resultTopics } from '../../logs/result-topics.ts'
import { registryConnectionOf } from '../config/registry-connection.ts'
import { openDataDirectory } from '../data-directory.ts'
import { chosenLearners, chosenPipelines } from './chosen-pipelines.ts'
import type { RunProcessOptions } from './run-process-options.ts'
import { sourcesOf } from './source-topics.ts'

/** In the data directory, which the processes of a run share: a slice may come back in another. */
const KEPT = 'schemas.ndjson'

/**
 * null where none is configured. Fails with `REGISTRY_UNAVAILABLE`, `REGISTRY_REFUSED`, or
 * `INPUT_MISSING` where a certificate is not there.
 */
export const openSchemas = async (options: RunProcessOptions): Promise<SchemaSource | null> => {
  const { config, wallNow, say } = options
  const connection = await registryConnectionOf(config)
  if (connection === null) return null
  const pipelines = chosenPipelines(config)
  const { path } = await openDataDirectory(config.data, config.application)
  return SchemaSource.open({
    client: new RegistryClient(connection),
    written: resultTopics(pipelines, chosenLearners(config)),
    read: sourcesOf(pipelines).flatMap(name => topicNamed(name) ?? []),
    wallNow,
    file: keptSchemasAt(join(path, KEPT)),
    onUnknown: (id, why) => say(`schema ${id} is not known: ${why}`),
  })
}

/**
 * A log that asks for schemas before it hands on what it read, where there is a registry; also for
 * those of the records that the application's slices sent one another.
 */
export const withSchemas = (
  log: Log,
  schemas: SchemaSource | null,
  { config, say }: Pick<RunProcessOptions, 'config' | 'say'>,
): Log => {
  if (schemas === null) return log
  const onAway = ({ code, message }: MillraceError): void => say(`${code}: ${message}`)
  return learningLog(log, { schemas, onAway, exchange: exchangeTopic(config.application) })
}
