/** The schema registry that a configuration, an option or the environment names. */
import { readFile } from 'node:fs/promises'
import { MillraceError } from '../../engine/errors.ts'
import {
  type RegistryConnection,
  type RegistryTls,
  registryAt,
} from '../../logs/registry/registry-connection.ts'
import type { Config } from '../config/config-schema.ts'

export type RegistryConfig = NonNullable<Config['schemaRegistry']>

/** Reads the files that the configuration names. Null where it has no registry. */
export const registryOf = async ({
  schemaRegistry,
}: Pick<Config, 'schemaRegistry'>): Promise<RegistryConnection | null> => {
  if (!schemaRegistry?.url) return null
  const { url, username, password, tls } = schemaRegistry
  return registryAt(url, {
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(typeof tls === 'object' ? { tls: await pemOf(tls) } : {}),
  })
}

/** As `SCHEMA_REGISTRY_USER` and the like say. */
export const registryFrom = async (
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RegistryConnection> => {
  const {
    SCHEMA_REGISTRY_USER: username,
    SCHEMA_REGISTRY_PASSWORD: password,
    SCHEMA_REGISTRY_CA: ca,
    SCHEMA_REGISTRY_CERT: cert,
    SCHEMA_REGISTRY_KEY: key,
  } = env
  return registryAt(url, {
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    tls: await pemOf({ ca, cert, key }),
  })
}

interface TlsFiles {
  readonly ca?: string | undefined
  readonly cert?: string | undefined
  readonly key?: string | undefined
  readonly passphrase?: string | undefined
  readonly rejectUnauthorized?: boolean | undefined
}

const pemOf = async (files: TlsFiles): Promise<RegistryTls> => {
  const read: Record<string, string> = {}
  for (const name of ['ca', 'cert', 'key'] as const) {
    const path = files[name]
    if (path) read[name] = await contentOf(path, name)
  }
  const { passphrase, rejectUnauthorized } = files
  return {
    ...read,
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  }
}

const contentOf = async (path: string, name: string): Promise<string> => {
  try {
    return await readFile(path, 'utf8')
  } catch (thrown) {
    throw new MillraceError(
      'CONFIG_INVALID',
      `the ${name} of the schema registry cannot be read from ${path}: ` +
        `${(thrown as Error).message}. Give the path of a PEM file.`,
      { cause: thrown },
    )
  }
}
