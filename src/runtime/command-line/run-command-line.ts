/** From the words of a command line to an exit code: 0 done, 1 failed, 2 written wrongly. */
import { MillraceError } from '../../engine/errors.ts'
import { suggestionFor } from '../../engine/schema/suggestion.ts'
import { argumentsOf } from './arguments.ts'
import type { Command } from './command.ts'
import { helpOf, overviewOf } from './help.ts'
import type { Terminal } from './terminal.ts'
import { UsageError } from './usage-error.ts'

export type ExitCode = 0 | 1 | 2

/** Commands of the contract that do not exist yet. */
const TO_COME = ['diff', 'explain']

export const runCommandLine = async (
  argv: readonly string[],
  commands: readonly Command[],
  version: string,
  terminal: Terminal,
): Promise<ExitCode> => {
  const [name, ...rest] = argv
  if (name === '--version' || name === '-v') return answer(version, terminal)
  if (name === '--help' || name === '-h' || name === 'help')
    return answer(overviewOf(commands), terminal)
  const command = commands.find(each => each.name === name)
  if (command === undefined) return refuse(unknownCommand(name, commands), null, terminal)
  if (rest.includes('--help') || rest.includes('-h')) return answer(helpOf(command), terminal)
  return run(command, rest, terminal)
}

const answer = (text: string, terminal: Terminal): ExitCode => {
  terminal.print(text)
  return 0
}

const run = async (
  command: Command,
  words: readonly string[],
  terminal: Terminal,
): Promise<ExitCode> => {
  try {
    await command.run(argumentsOf(words, command.options), terminal)
    return 0
  } catch (error) {
    if (error instanceof UsageError) return refuse(error.message, command, terminal)
    terminal.tell(`millrace ${command.name}: ${complaintOf(error, terminal)}\n`)
    return 1
  }
}

const refuse = (what: string, command: Command | null, terminal: Terminal): ExitCode => {
  const usage = command?.usage.map(form => `millrace ${form}`) ?? ['millrace COMMAND [options]']
  const name = command ? ` ${command.name}` : ''
  terminal.tell(
    `millrace${name}: ${what}${/[.?]$/.test(what) ? '' : '.'}\nUsage: ${usage.join('\n       ')}\n`,
  )
  terminal.tell(`millrace${name} --help says more.\n`)
  return 2
}

const unknownCommand = (name: string | undefined, commands: readonly Command[]): string => {
  const names = commands.map(command => command.name)
  const list = `The commands are ${names.join(', ')}`
  if (name === undefined || name.startsWith('-')) return `say which command. ${list}`
  if (TO_COME.includes(name)) return `${name} is not there yet: it comes with a later version`
  const near = suggestionFor(name, names)
  return `there is no command ${name}. ${near ? `Did you mean ${near}?` : list}`
}

const complaintOf = (error: unknown, { env }: Terminal): string => {
  const isExpected = error instanceof MillraceError
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (env.MILLRACE_DEBUG === '1') return stack ?? message
  if (isExpected) return message
  return `an unexpected error: ${message}. Give MILLRACE_DEBUG=1 to see where, and report it.`
}
