import type { Arguments } from './arguments.ts'
import type { OptionSpec } from './option-spec.ts'
import type { Terminal } from './terminal.ts'

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
