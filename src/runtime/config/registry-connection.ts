import type { RegistryConnection } from '../../logs/registry/registry-connection.ts'
import type { Config } from './config-schema.ts'
import { defined } from './defined.ts'
import { tlsOf } from './kafka-connection.ts'

/** null where no schema registry is configured. */
export const registryConnectionOf = async ({
  schemaRegistry,
}: Config): Promise<RegistryConnection | null> => {
  if (schemaRegistry?.url === undefined) return null
  const { url, username, password, tls } = schemaRegistry
  return {
    urls: [url],
    ...defined({ username, password, tls: tls && (await tlsOf('schemaRegistry.tls', tls)) }),
  }
}
