import type { Command } from '../command-line/command.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { CONFIG_FILE, loadConfig } from '../config/load-config.ts'
import { configJson, configText } from '../config/print-config.ts'

export const configCommand: Command = {
  name: 'config',
  summary: 'Check a configuration, or print what is in force.',
  usage: ['config print [--config FILE] [--json]', 'config check [--config FILE]'],
  options: [
    { name: 'config', value: 'FILE', help: `Default: ${CONFIG_FILE}` },
    { name: 'json', help: 'Print as JSON.' },
  ],
  details:
    () => `Prints every key with its value, defaults included, and where that comes from: the file, the
environment or the default. Secrets are masked. All keys are in docs/configuration.md.`,
  run: async (args, terminal) => {
    const [action] = args.words
    if (action !== 'print' && action !== 'check') throw new UsageError('say print or check')
    args.wordsAtMost(1)
    const file = args.text('config') ?? CONFIG_FILE
    const read = await loadConfig(file, terminal.env)
    if (action === 'check') terminal.print(`${file} is sound.`)
    else terminal.print(args.has('json') ? configJson(read) : configText(read).trimEnd())
  },
}
