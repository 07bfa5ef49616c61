import { fileURLToPath } from 'node:url'
import { MillraceError } from '../../engine/errors.ts'
import { topics } from '../../events.ts'
import { RegistryClient } from '../../logs/registry/registry-client.ts'
import type { RegistryConnection } from '../../logs/registry/registry-connection.ts'
import type { Arguments } from '../command-line/arguments.ts'
import type { Command } from '../command-line/command.ts'
import { counted } from '../command-line/table.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { loadConfig } from '../config/load-config.ts'
import {
  checkSubject,
  registerSubject,
  type SubjectCheck,
  type SubjectRegistered,
} from '../registry/registry-check.ts'
import { registryFrom, registryOf } from '../registry/registry-of.ts'
import { checkText, registeredText } from '../registry/registry-text.ts'
import { checkSchemas } from '../schema-check.ts'

/** The folder of the package, beside `src` and `dist`. */
const FOLDER = fileURLToPath(new URL('../../../schemas', import.meta.url))

export const schemasCommand: Command = {
  name: 'schemas',
  summary: 'Check the schema files of all topics, alone or against a registry, or register them.',
  usage: [
    'schemas check [--folder DIR] [--registry URL | --config FILE] [--json]',
    'schemas register [--registry URL | --config FILE] [--json]',
  ],
  options: [
    {
      name: 'folder',
      value: 'DIR',
      help: 'The folder of schema files. Default: that of Millrace.',
    },
    {
      name: 'registry',
      value: 'URL',
      help: 'A schema registry, as http://host:8081; several with commas. Default: SCHEMA_REGISTRY_URL',
    },
    { name: 'config', value: 'FILE', help: 'A configuration that names the registry.' },
    { name: 'json', help: 'Print as JSON.' },
  ],
  details:
    () => `The schema of a topic has the subject <topic>-value. Checking compares with its latest version, by the
compatibility that the registry has for it; without a registry, the files alone are checked. Registering
what is there already changes nothing. Ends with 1 where anything is wrong.

The user of a registry is SCHEMA_REGISTRY_USER with SCHEMA_REGISTRY_PASSWORD. SCHEMA_REGISTRY_CA, _CERT
and _KEY name PEM files for TLS. See docs/schemas.md.`,
  run: async (args, terminal) => {
    const [action] = args.words
    if (action !== 'check' && action !== 'register') throw new UsageError('say check or register')
    args.wordsAtMost(1)
    const connection = await chosenRegistry(args, terminal)
    if (action === 'check') await check(args, connection, terminal)
    else await register(args, connection, terminal)
  },
}

const chosenRegistry = async (
  args: Arguments,
  { env }: Terminal,
): Promise<RegistryConnection | null> => {
  const [url, file] = [args.text('registry'), args.text('config')]
  if (url !== undefined && file !== undefined) throw new UsageError('say --registry or --config')
  if (url !== undefined) return registryFrom(url, env)
  if (file === undefined) {
    return env.SCHEMA_REGISTRY_URL ? registryFrom(env.SCHEMA_REGISTRY_URL, env) : null
  }
  const connection = await registryOf((await loadConfig(file, env)).config)
  if (connection !== null) return connection
  const what = `${file} names no schema registry. Give it schemaRegistry.url, or say --registry.`
  throw new MillraceError('CONFIG_INVALID', what)
}

const check = async (
  args: Arguments,
  connection: RegistryConnection | null,
  terminal: Terminal,
): Promise<void> => {
  const problems = checkSchemas(args.text('folder') ?? FOLDER)
  const subjects = connection === null ? [] : await withRegistry(connection, checkAll)
  const said = { problems, ...(connection === null ? {} : { subjects }) }
  terminal.print(args.has('json') ? JSON.stringify(said) : checkText(problems, subjects))
  if (problems.length > 0) throw problemsFound(problems.length)
  const refused = subjects.filter(({ state }) => state === 'incompatible')
  if (refused.length > 0) throw incompatible(refused)
}

const register = async (
  args: Arguments,
  connection: RegistryConnection | null,
  terminal: Terminal,
): Promise<void> => {
  if (args.has('folder')) {
    throw new UsageError('what is registered is what Millrace was built with: leave out --folder')
  }
  if (connection === null) throw new UsageError('say where the registry is, with --registry URL')
  // One by one, so that what was done is told also where a later one is refused.
  const registered: SubjectRegistered[] = []
  try {
    await withRegistry(connection, async client => {
      for (const topic of topics) registered.push(await registerSubject(client, topic))
    })
  } finally {
    if (args.has('json')) terminal.print(JSON.stringify({ registered }))
    else if (registered.length > 0) terminal.print(registeredText(registered))
  }
}

const withRegistry = async <T>(
  connection: RegistryConnection,
  work: (client: RegistryClient) => Promise<T>,
): Promise<T> => {
  const client = new RegistryClient(connection)
  try {
    return await work(client)
  } finally {
    client.close()
  }
}

const checkAll = async (client: RegistryClient): Promise<readonly SubjectCheck[]> => {
  const checks: SubjectCheck[] = []
  for (const topic of topics) checks.push(await checkSubject(client, topic))
  return checks
}

const problemsFound = (count: number): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${counted(count, 'problem')} found. Mend the files, as said of each.`,
  )

const incompatible = (refused: readonly SubjectCheck[]): MillraceError =>
  new MillraceError(
    'REGISTRY_REFUSED',
    `not compatible with what is registered: ${refused.map(({ subject }) => subject).join(', ')}. ` +
      "Give new fields a default and keep old ones, or change the subject's compatibility on purpose.",
  )
