import { fileURLToPath } from 'node:url'
import { MillraceError } from '../../engine/errors.ts'
import type { Command } from '../command-line/command.ts'
import { counted } from '../command-line/table.ts'
import { UsageError } from '../command-line/usage-error.ts'
import { checkSchemas } from '../schema-check.ts'

/** The folder of the package, beside `src` and `dist`. */
const FOLDER = fileURLToPath(new URL('../../../schemas', import.meta.url))

export const schemasCommand: Command = {
  name: 'schemas',
  summary: 'Check the schema files of all topics.',
  usage: ['schemas check [--folder DIR] [--json]'],
  options: [
    {
      name: 'folder',
      value: 'DIR',
      help: 'The folder of schema files. Default: that of Millrace.',
    },
    { name: 'json', help: 'Print all problems as JSON.' },
  ],
  run: async (args, terminal) => {
    const [action] = args.words
    if (action === 'register') {
      throw new UsageError('schemas register is not there yet: it comes with a later version')
    }
    if (action !== 'check') throw new UsageError('say check')
    args.wordsAtMost(1)
    const problems = checkSchemas(args.text('folder') ?? FOLDER)
    if (args.has('json')) terminal.print(JSON.stringify({ problems }))
    else if (problems.length === 0) terminal.print('All schemas are sound.')
    else terminal.print(problems.map(({ file, problem }) => `${file}: ${problem}`).join('\n'))
    if (problems.length > 0) throw problemsFound(problems.length)
  },
}

const problemsFound = (count: number): MillraceError =>
  new MillraceError(
    'CONFIG_INVALID',
    `${counted(count, 'problem')} found. Mend the files, as said of each.`,
  )
