import type { Arguments } from './arguments.ts'
import type { Terminal } from './terminal.ts'

export interface OptionSpec {
  readonly name: string
  /** What stands after it in help, such as `DIR`. An option without one is a switch. */
  readonly value?: string
  /** May be given more than once, or be followed by several values. */
  readonly several?: boolean
  readonly help: string
}

/** One command of `millrace`, as a value: its help is made from it. */
export interface Command {
  readonly name: string
  /** One line, for the list of commands. */
  readonly summary: string
  /** How it is written, without `millrace`; one line for each form. */
  readonly usage: readonly string[]
  readonly options: readonly OptionSpec[]
  /** What else there is to say in its help. */
  readonly details?: () => string
  /** Fails with `MillraceError` (exit 1), or with `UsageError` where it was written wrongly (2). */
  readonly run: (args: Arguments, terminal: Terminal) => Promise<void>
}

/** The command was not written as its usage says. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
