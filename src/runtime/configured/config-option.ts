/** `--config FILE`, of commands that work on the application of a configuration. */
import type { Arguments } from '../command-line/arguments.ts'
import type { OptionSpec } from '../command-line/option-spec.ts'
import type { Terminal } from '../command-line/terminal.ts'
import { UsageError } from '../command-line/usage-error.ts'
import type { Config } from '../config/config-schema.ts'
import { loadConfig } from '../config/load-config.ts'

export const configOption = (help: string): OptionSpec => ({ name: 'config', value: 'FILE', help })

/**
 * null where it is not given. Fails as the reading of a configuration does.
 *
 * @param others options that say otherwise what the configuration says
 */
export const configOf = async (
  args: Arguments,
  { env }: Pick<Terminal, 'env'>,
  others: readonly string[] = [],
): Promise<Config | null> => {
  const file = args.text('config')
  if (file === undefined) return null
  const other = others.find(name => args.has(name))
  if (other !== undefined) throw new UsageError(`give --config or --${other}, not both`)
  return (await loadConfig(file, env)).config
}
