/** What a command may know of where it runs. Tests give one that keeps what is written. */
export interface Terminal {
  /** Answers: to stdout, a newline is added. */
  readonly print: (text: string) => void
  /** Progress and complaints: to stderr, as it is. */
  readonly tell: (text: string) => void
  /** Whether somebody watches stderr, so that a line can be written over. */
  readonly isWatched: boolean
  /** The wall clock, in ms since 1970. */
  readonly wallNow: () => number
  readonly env: Readonly<Record<string, string | undefined>>
  /** Calls back on Ctrl-C and on a request to end; returns how to stop listening. */
  readonly onInterrupt: (interrupted: () => void) => () => void
}

export const processTerminal = (): Terminal => {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', unlessNobodyReads)
  return terminalOf(process)
}

/**
 * Whoever closes a pipe has read enough, as `head` does. The work is done to its end all the same,
 * and the exit code says how it went.
 */
const unlessNobodyReads = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_DESTROYED') throw error
}

const terminalOf = ({ stdout, stderr, env }: NodeJS.Process): Terminal => ({
  print: text => void stdout.write(`${text}\n`),
  tell: text => void stderr.write(text),
  isWatched: stderr.isTTY === true,
  wallNow: Date.now,
  env,
  onInterrupt(interrupted) {
    process.on('SIGINT', interrupted)
    process.on('SIGTERM', interrupted)
    return () => {
      process.off('SIGINT', interrupted)
      process.off('SIGTERM', interrupted)
    }
  },
})
