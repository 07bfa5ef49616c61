/** The configuration of a run, from its file. */
import { readFile } from 'node:fs/promises'
import { MillraceError } from '../../engine/errors.ts'
import { type ReadConfig, readConfig } from './read-config.ts'
import type { Environment } from './substitution.ts'

export const CONFIG_FILE = 'millrace.yaml'

/** Fails with `INPUT_MISSING`, `INPUT_UNREADABLE` or `CONFIG_INVALID`. */
export const loadConfig = async (
  file: string = CONFIG_FILE,
  env: Environment,
): Promise<ReadConfig> => {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? missing(file, error) : unreadable(file, error)
  })
  return readConfig(text, file, env)
}

const missing = (file: string, cause: Error): MillraceError =>
  new MillraceError(
    'INPUT_MISSING',
    `there is no configuration ${file}. Write one, beginning with examples/millrace.yaml, or say ` +
      'where it is with --config.',
    { cause },
  )

const unreadable = (file: string, cause: Error): MillraceError =>
  new MillraceError(
    'INPUT_UNREADABLE',
    `the configuration ${file} cannot be read: ${cause.message}. Give a file that can be read.`,
    { cause },
  )
