/** An option of a command: how it is written, and what its help says. */
export interface OptionSpec {
  readonly name: string
  /** What stands after it in help, such as `DIR`. An option without one is a switch. */
  readonly value?: string
  /** May be given more than once, or be followed by several values. Others stand once at most. */
  readonly several?: boolean
  readonly help: string
}
