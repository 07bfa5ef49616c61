import type { Command } from './command.ts'
import { tableOf } from './table.ts'

export const helpOf = (command: Command): string => {
  const usage = command.usage.map(
    (form, at) => `${at === 0 ? 'Usage: ' : '       '}millrace ${form}`,
  )
  const options = [
    ...command.options.map(({ name, value, several, help }) => [
      `--${name}${value ? ` ${value}${several ? '…' : ''}` : ''}`,
      help,
    ]),
    ['--help', 'Print this.'],
  ]
  const parts = [command.summary, usage.join('\n'), `Options:\n${withoutTitles(options)}`]
  if (command.details) parts.push(command.details())
  return parts.join('\n\n')
}

export const overviewOf = (commands: readonly Command[]): string =>
  [
    'Millrace: stream processing, analytics and decisions for commerce.',
    'Usage: millrace COMMAND [options]',
    `Commands:\n${withoutTitles(commands.map(({ name, summary }) => [name, summary]))}`,
    'millrace COMMAND --help says more. With MILLRACE_DEBUG=1 an unexpected error is told in full.',
  ].join('\n\n')

const withoutTitles = (rows: readonly (readonly string[])[]): string =>
  tableOf([{ title: '' }, { title: '' }], rows).replace(/^\s*\n/, '')
